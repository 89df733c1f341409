import { FormatError } from '../../base/errors.js';
import { isObject, type JsonObject, show } from '../bytes/json.js';

/*
 * Names in Keras 1 (2015 to March 2017) that differ: classes and options got their current names in Keras 2.
 * Source: the release notes of Keras 2.0 and the signatures of Keras 1.2.2.
 */

const CLASS_NAMES: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  AtrousConvolution2D: 'Conv2D',
  Deconvolution2D: 'Conv2DTranspose',
  SeparableConvolution2D: 'SeparableConv2D',
};

/** Modes of Merge, which are separate layers since Keras 2. */
const MERGE_MODES: Readonly<Record<string, string>> = {
  sum: 'Add',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  concat: 'Concatenate',
  dot: 'Dot',
};

const KEYS: Readonly<Record<string, string>> = {
  nb_filter: 'filters',
  output_dim: 'units',
  border_mode: 'padding',
  subsample: 'strides',
  bias: 'use_bias',
  init: 'kernel_initializer',
  W_regularizer: 'kernel_regularizer',
  b_regularizer: 'bias_regularizer',
  W_constraint: 'kernel_constraint',
  b_constraint: 'bias_constraint',
  beta_init: 'beta_initializer',
  gamma_init: 'gamma_initializer',
  dim_ordering: 'data_format',
  atrous_rate: 'dilation_rate',
  filter_length: 'kernel_size',
  subsample_length: 'strides',
  // Recurrent layers.
  inner_init: 'recurrent_initializer',
  inner_activation: 'recurrent_activation',
  U_regularizer: 'recurrent_regularizer',
  dropout_W: 'dropout',
  dropout_U: 'recurrent_dropout',
};

/** Embedding already had Keras 2's names of its sizes; its weight is a table. */
const EMBEDDING_KEYS: Readonly<Record<string, string>> = {
  input_dim: 'input_dim',
  output_dim: 'output_dim',
  init: 'embeddings_initializer',
  W_regularizer: 'embeddings_regularizer',
  W_constraint: 'embeddings_constraint',
};

/** Options that Keras 2 dropped. */
const DROPPED = new Set([
  ...['input_dim', 'weights', 'arguments', 'node_indices', 'tensor_indices', 'output_mask'],
  // Implementations of recurrent layers.
  'consume_less',
]);

const DATA_FORMATS: Readonly<Record<string, string>> = { tf: 'channels_last', th: 'channels_first' };

export interface ClassAndConfig {
  readonly className: string;
  readonly config: JsonObject;
}

/** Convert the config of a Keras 1 layer to Keras 2. @throws FormatError for features that Keras 2 removed */
export function modernLayer({ className, config }: ClassAndConfig, caller: string): ClassAndConfig {
  if (className === 'Merge') return modernMerge(config, caller);
  const keys = className === 'Embedding' ? EMBEDDING_KEYS : KEYS;
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (className === 'Embedding' && key === 'dropout' && value === 0) return [];
    if ((DROPPED.has(key) && !Object.hasOwn(keys, key)) || key === 'nb_row' || key === 'nb_col') return [];
    if (key === 'forget_bias_init') return [['unit_forget_bias', isForgetBiasOne(value, caller)]];
    if (key === 'p') return [['rate', value]];
    if (key === 'sigma') return [['stddev', value]];
    if (key === 'dim_ordering') return [['data_format', DATA_FORMATS[String(value)] ?? value]];
    if (key.endsWith('regularizer')) return [[keys[key] ?? key, modernRegularizer(value)]];
    return [[keys[key] ?? key, value]];
  });
  const modern = Object.fromEntries(entries);
  if ('nb_row' in config) modern.kernel_size = [config.nb_row, config.nb_col];
  if (className === 'BatchNormalization') {
    if (config.mode !== undefined && config.mode !== 0) {
      throw new FormatError(`${caller}: mode is ${show(config.mode)}, expected 0, the only mode of Keras 2`);
    }
    delete modern.mode;
  }
  return { className: CLASS_NAMES[className] ?? className, config: modern };
}

/**
 * Keras 2 has zeros or ones for the bias of the forget gate, and warns where a file says something else. Only new
 * weights differ by it: those of the file are read as they are.
 */
function isForgetBiasOne(initializer: unknown, caller: string): boolean {
  if (initializer !== 'one' && initializer !== 'zero') {
    console.warn(`${caller}: forget_bias_init is ${show(initializer)}, expected one or zero: new biases begin with 0`);
  }
  return initializer === 'one';
}

function modernMerge(config: JsonObject, caller: string): ClassAndConfig {
  const mode = typeof config.mode === 'string' ? MERGE_MODES[config.mode] : undefined;
  if (!mode)
    throw new FormatError(`${caller}: mode is ${show(config.mode)}, expected one of ${Object.keys(MERGE_MODES)}`);
  const axis = mode === 'Concatenate' ? { axis: config.concat_axis ?? -1 } : {};
  return { className: mode, config: { name: config.name, ...axis } };
}

/**
 * Keras 1.2 writes `{"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01}`; earlier the name is `WeightRegularizer`
 * (regularizers.py).
 */
function modernRegularizer(value: unknown): unknown {
  if (!isObject(value) || !('l1' in value || 'l2' in value)) return value;
  return { class_name: 'L1L2', config: { l1: value.l1 ?? 0, l2: value.l2 ?? 0 } };
}
