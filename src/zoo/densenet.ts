import { readOptions } from '../base/options.js';
import type { Model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import { averagePooling2d, concatenate, conv2d, maxPooling2d, zeroPadding2d } from '../layers/index.js';
import { application, normalizedRelu } from './application.js';
import { type ApplicationOptions, applicationOptions, POOLING_NAMES } from './options.js';

/** Channels that each layer of a dense block adds, the paper's k. */
const GROWTH = 32;

const convolve = (x: SymbolicTensor, filters: number, kernelSize: number, name: string) =>
  conv2d({ filters, kernelSize, padding: 'same', useBias: false, name }).apply(x);

/** A layer of a dense block: its input, joined by GROWTH new channels; the paper's bottleneck layer. */
function denseLayer(x: SymbolicTensor, name: string): SymbolicTensor {
  let added = normalizedRelu(x, `${name}_0_bn`, `${name}_0_relu`);
  added = convolve(added, 4 * GROWTH, 1, `${name}_1_conv`);
  added = normalizedRelu(added, `${name}_1_bn`, `${name}_1_relu`);
  added = convolve(added, GROWTH, 3, `${name}_2_conv`);
  return concatenate({ name: `${name}_concat` }).apply([x, added]);
}

/** Between dense blocks: half the channels, half the size. */
function transition(x: SymbolicTensor, name: string): SymbolicTensor {
  let y = normalizedRelu(x, `${name}_bn`, `${name}_relu`);
  y = convolve(y, Math.trunc((x.shape.at(-1) as number) / 2), 1, `${name}_conv`);
  return averagePooling2d({ poolSize: 2, strides: 2, name: `${name}_pool` }).apply(y);
}

/** @param blocks layers of each dense block */
function densenet(blocks: readonly number[], caller: string, options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: caller });
  const read = readOptions(caller, table, options);
  const inputs = input({ shape: read.inputShape });
  let x = zeroPadding2d({ padding: 3 }).apply(inputs);
  x = conv2d({ filters: 64, kernelSize: 7, strides: 2, useBias: false, name: 'conv1_conv' }).apply(x);
  x = normalizedRelu(x, 'conv1_bn', 'conv1_relu');
  x = zeroPadding2d({ padding: 1 }).apply(x);
  x = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1' }).apply(x);
  for (const [index, count] of blocks.entries()) {
    if (index > 0) x = transition(x, `pool${index + 1}`);
    for (let layer = 1; layer <= count; layer++) x = denseLayer(x, `conv${index + 2}_block${layer}`);
  }
  x = normalizedRelu(x, 'bn', 'relu');
  return application(inputs, x, read, POOLING_NAMES);
}

/**
 * DenseNet-121 as in keras.applications. Images are normalized as in PyTorch: `preprocessImages(images, 'torch')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see Huang et al., "Densely Connected Convolutional Networks", arXiv:1608.06993
 * @example densenet121({ includeTop: false, pooling: 'avg' }).summary();
 */
export function densenet121(options?: ApplicationOptions): Model {
  return densenet([6, 12, 24, 16], 'densenet121', options);
}

/**
 * DenseNet-169 as in keras.applications. Images are normalized as in PyTorch: `preprocessImages(images, 'torch')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see Huang et al., arXiv:1608.06993
 * @example densenet169({ classes: 10 }).summary();
 */
export function densenet169(options?: ApplicationOptions): Model {
  return densenet([6, 12, 32, 32], 'densenet169', options);
}

/**
 * DenseNet-201 as in keras.applications. Images are normalized as in PyTorch: `preprocessImages(images, 'torch')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see Huang et al., arXiv:1608.06993
 * @example densenet201({ classes: 10 }).summary();
 */
export function densenet201(options?: ApplicationOptions): Model {
  return densenet([6, 12, 48, 32], 'densenet201', options);
}
