import { snakeCase } from '../../base/names.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';

/*
 * Names of the variables of a layer in files. Keras 2 and tfjs write `dense/kernel:0`, Keras 3 `dense/kernel`, Keras 1
 * `dense_W`. Layers inside a nested model, and name scopes of TensorFlow, come first: `encoder/dense/kernel:0`.
 */

/** A parsed name of a variable. */
export interface VariableName {
  /** Names of the enclosing layers or scopes, innermost last. */
  readonly owner: readonly string[];
  readonly variable: string;
}

/** Names in Keras 1, by their endings. */
const KERAS_1: Readonly<Record<string, string>> = {
  W: 'kernel',
  U: 'recurrent_kernel',
  b: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  running_mean: 'moving_mean',
  running_std: 'moving_variance',
  depthwise_kernel: 'depthwise_kernel',
  pointwise_kernel: 'pointwise_kernel',
  alphas: 'alpha',
};

const KERAS_1_NAME = new RegExp(`^(.+?)_(${Object.keys(KERAS_1).join('|')})$`);

/** @example parseVariableName('encoder/dense/kernel:0') // { owner: ['encoder', 'dense'], variable: 'kernel' } */
export function parseVariableName(name: string): VariableName {
  const parts = name.replace(/:\d+$/, '').split('/');
  const last = parts.pop()!;
  const old = parts.length === 0 ? KERAS_1_NAME.exec(last) : null;
  if (old) return { owner: [old[1]], variable: KERAS_1[old[2]] };
  return { owner: parts, variable: last };
}

/** Return a weight's names in files: its own, and that of tfjs and Keras 2 if Keras 3 changed it. */
export const variableAliases = (layer: Layer, { name }: Weight): readonly string[] =>
  layer.className === 'DepthwiseConv2D' && name === 'kernel' ? ['kernel', 'depthwise_kernel'] : [name];

/**
 * Return whether a name is automatic: Keras's `dense_3`, Keras 1's `convolution2d_3`, tfjs's `dense_Dense3`. Such a
 * name reflects the order of creation and does not identify a layer.
 */
export function isAutomaticName(name: string, { className, architecture }: LayerKind): boolean {
  const kinds = [snakeCase(className), className.toLowerCase(), ...(OLD_KINDS[className] ?? [])];
  if (architecture) kinds.push('model', 'functional', 'sequential');
  const number = /(_\d+)*$/.exec(name)!;
  return (
    kinds.includes(name.slice(0, number.index)) ||
    kinds.some(
      (kind) => name.startsWith(`${kind}_${className}`) && /^\d+$/.test(name.slice(kind.length + className.length + 1)),
    )
  );
}

export interface LayerKind {
  readonly className: string;
  /** Automatic names of models. */
  readonly architecture?: string;
}

const OLD_KINDS: Readonly<Record<string, readonly string[]>> = {
  Conv1D: ['convolution1d'],
  Conv2D: ['convolution2d', 'atrousconvolution2d'],
  ConvLSTM2D: ['conv_lst_m2d'],
  Conv2DTranspose: ['deconvolution2d'],
  SeparableConv2D: ['separableconvolution2d'],
  BatchNormalization: ['batch_normalization_v1', 'batchnormalization'],
};

/** Return the number at the end of an automatic name: 0 for `dense`, 2 for `dense_2`. */
export const creationOrder = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0);
