import { DTYPES } from '../../base/dtype.js';
import { nearestName, snakeCase } from '../../base/names.js';
import {
  accept,
  boolean,
  type Given,
  integer,
  listOf,
  type Options,
  type OptionTable,
  oneOf,
  readOptions,
  string,
} from '../../base/options.js';
import { Tensor } from '../../tensor/tensor.js';
import { floatx } from './floatx.js';
import { regularizer } from './weight-options.js';

const shape = () => listOf(integer({ min: 0 }).nullable());

/** Options of every layer. */
export const LAYER_OPTIONS = {
  /** Default: the name of the class in snake case, numbered. */
  name: string().optional(),
  /** Default true; a frozen layer's weights get no updates. */
  trainable: boolean().default(true),
  /** Dtype of the weights; default that of `setFloatx`, float32. */
  dtype: oneOf(DTYPES).defaultFrom(floatx),
  /** Shape of the input without the batch, for the first layer of a sequential model. */
  inputShape: shape().optional(),
  /** Shape of the input with the batch. */
  batchInputShape: shape().optional(),
  /** Batch size; default any. */
  batchSize: integer({ min: 0 }).optional(),
  /** Dtype of the input; default that of the weights. */
  inputDType: oneOf(DTYPES).optional(),
  /** Penalty of the outputs, summed over the batch, which training and evaluation add to the loss; default none. */
  activityRegularizer: regularizer(),
  /** Initial values of the weights, in the order of `getWeights`. */
  weights: accept<readonly Tensor[]>('a list of tensors', Array.isArray).optional(),
};

export type LayerOptions = Given<typeof LAYER_OPTIONS>;

/** The table of a layer without its own options. */
export type NoOptions = Readonly<Record<never, never>>;

/** Arguments of the constructor of a layer with a table. */
export type LayerArguments<Table extends OptionTable> =
  Partial<LayerArgument<Table>> extends LayerArgument<Table>
    ? [options?: LayerArgument<Table>]
    : [options: LayerArgument<Table>];

type LayerArgument<Table extends OptionTable> = Given<Table & typeof LAYER_OPTIONS>;

/** Options of a call. */
export interface CallOptions {
  /** Default false. Only in training does dropout drop values and batch norm use the batch's statistics. */
  readonly training?: boolean;
  readonly [option: string]: unknown;
}

/** Return the options of a layer class in addition to those of every layer: its table and those of its parents. */
export function tableOf(Class: unknown): OptionTable {
  if (typeof Class !== 'function') return {};
  const own = Object.hasOwn(Class, 'options') ? (Class as { readonly options?: OptionTable }).options : undefined;
  return { ...tableOf(Object.getPrototypeOf(Class)), ...own };
}

/**
 * Check the options of every layer and those of a class's table.
 * @param isStrict false if the class has options that no table lists
 * @throws ValueError
 */
export function readLayerOptions(
  className: string,
  table: OptionTable,
  given: unknown,
  isStrict: boolean,
): Options<typeof LAYER_OPTIONS> & Readonly<Record<string, unknown>> {
  const all = { ...table, ...LAYER_OPTIONS };
  const { name } = (given ?? {}) as { readonly name?: unknown };
  const caller = `${typeof name === 'string' ? name : snakeCase(className)} (${className})`;
  const listed = () => Object.fromEntries(Object.entries(given ?? {}).filter(([option]) => Object.hasOwn(all, option)));
  return readOptions(caller, all, (isStrict ? given : listed()) as Given<typeof all>);
}

const CALL_OPTIONS = {
  training: boolean().optional(),
  /** bool [batch, time]: which steps count; a list for several inputs. */
  mask: accept<Tensor | readonly (Tensor | null)[]>(
    'a tensor [batch, time], or a list of them',
    (value) =>
      value instanceof Tensor ||
      (Array.isArray(value) && value.every((each) => each === null || each instanceof Tensor)),
  ).optional(),
};

/**
 * Refuse call options that a layer does not have. A custom layer may have others than `training`: of these, only
 * misspellings of it are refused.
 * @throws ValueError
 */
export function assertCallOptions(
  layer: { describe(): string; readonly callOptionNames: readonly string[] },
  options: CallOptions,
  isStrict: boolean,
): void {
  if (typeof options !== 'object') readOptions(layer.describe(), CALL_OPTIONS, options);
  for (const name in options) {
    if (name === 'training' && typeof options.training === 'boolean') continue;
    if (layer.callOptionNames.includes(name)) continue;
    if (isStrict || name === 'mask' || nearestName(name, ['training'])) {
      readOptions(layer.describe(), CALL_OPTIONS, { [name]: options[name] } as Given<typeof CALL_OPTIONS>);
    }
  }
}
