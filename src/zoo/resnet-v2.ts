import { readOptions } from '../base/options.js';
import type { Model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import { add, conv2d, maxPooling2d, zeroPadding2d } from '../layers/index.js';
import { application, normalizedRelu } from './application.js';
import { type ApplicationOptions, applicationOptions, POOLING_NAMES } from './options.js';

/** How many blocks each stage has; stages are counted from 2, and the blocks' channels double from 64. */
type Blocks = readonly [number, number, number, number];

/**
 * A residual block with the activations before the convolutions, the paper's figure 4e. The first of a stage has a
 * convolution in its shortcut; the last one but for the last stage halves the size.
 */
function preactivatedBlock(x: SymbolicTensor, filters: number, strides: number, projected: boolean, name: string) {
  const active = normalizedRelu(x, `${name}_preact_bn`, `${name}_preact_relu`);
  let shortcut = x;
  if (projected) shortcut = conv2d({ filters: 4 * filters, kernelSize: 1, name: `${name}_0_conv` }).apply(active);
  else if (strides > 1) shortcut = maxPooling2d({ poolSize: 1, strides }).apply(x);

  let main = conv2d({ filters, kernelSize: 1, useBias: false, name: `${name}_1_conv` }).apply(active);
  main = normalizedRelu(main, `${name}_1_bn`, `${name}_1_relu`);
  main = zeroPadding2d({ padding: 1, name: `${name}_2_pad` }).apply(main);
  main = conv2d({ filters, kernelSize: 3, strides, useBias: false, name: `${name}_2_conv` }).apply(main);
  main = normalizedRelu(main, `${name}_2_bn`, `${name}_2_relu`);
  main = conv2d({ filters: 4 * filters, kernelSize: 1, name: `${name}_3_conv` }).apply(main);
  return add({ name: `${name}_out` }).apply([shortcut, main]);
}

function resnetV2(blocks: Blocks, caller: string, defaultName: string, options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: defaultName });
  const read = readOptions(caller, table, options);
  const inputs = input({ shape: read.inputShape });
  let x = zeroPadding2d({ padding: 3, name: 'conv1_pad' }).apply(inputs);
  x = conv2d({ filters: 64, kernelSize: 7, strides: 2, name: 'conv1_conv' }).apply(x);
  x = zeroPadding2d({ padding: 1, name: 'pool1_pad' }).apply(x);
  x = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' }).apply(x);
  for (const [index, count] of blocks.entries()) {
    for (let block = 1; block <= count; block++) {
      const strides = block === count && index < blocks.length - 1 ? 2 : 1;
      x = preactivatedBlock(x, 64 * 2 ** index, strides, block === 1, `conv${index + 2}_block${block}`);
    }
  }
  x = normalizedRelu(x, 'post_bn', 'post_relu');
  return application(inputs, x, read, POOLING_NAMES);
}

/**
 * ResNet-50 V2 as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see He et al., "Identity Mappings in Deep Residual Networks", arXiv:1603.05027
 * @example resnet50V2({ includeTop: false, pooling: 'avg' }).summary();
 */
export function resnet50V2(options?: ApplicationOptions): Model {
  return resnetV2([3, 4, 6, 3], 'resnet50V2', 'resnet50v2', options);
}

/**
 * ResNet-101 V2 as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see He et al., arXiv:1603.05027
 * @example resnet101V2({ classes: 10 }).summary();
 */
export function resnet101V2(options?: ApplicationOptions): Model {
  return resnetV2([3, 4, 23, 3], 'resnet101V2', 'resnet101v2', options);
}

/**
 * ResNet-152 V2 as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see He et al., arXiv:1603.05027
 * @example resnet152V2({ classes: 10 }).summary();
 */
export function resnet152V2(options?: ApplicationOptions): Model {
  return resnetV2([3, 8, 36, 3], 'resnet152V2', 'resnet152v2', options);
}
