import { readOptions } from '../base/options.js';
import type { Model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import { activation, add, conv2d, maxPooling2d, zeroPadding2d } from '../layers/index.js';
import { application, normalization } from './application.js';
import { type ApplicationOptions, applicationOptions, POOLING_NAMES } from './options.js';

/** How many blocks each stage has; stages are counted from 2, and the blocks' channels double from 64. */
type Blocks = readonly [number, number, number, number];

/** A residual block named `conv2_block1_…`; the first of a stage has a convolution in its shortcut. */
function residualBlock(x: SymbolicTensor, filters: number, strides: number, projected: boolean, name: string) {
  let shortcut = x;
  if (projected) {
    shortcut = conv2d({ filters: 4 * filters, kernelSize: 1, strides, name: `${name}_0_conv` }).apply(x);
    shortcut = normalization(`${name}_0_bn`).apply(shortcut);
  }
  let main = conv2d({ filters, kernelSize: 1, strides, name: `${name}_1_conv` }).apply(x);
  main = normalization(`${name}_1_bn`).apply(main);
  main = activation({ activation: 'relu', name: `${name}_1_relu` }).apply(main);
  main = conv2d({ filters, kernelSize: 3, padding: 'same', name: `${name}_2_conv` }).apply(main);
  main = normalization(`${name}_2_bn`).apply(main);
  main = activation({ activation: 'relu', name: `${name}_2_relu` }).apply(main);
  main = conv2d({ filters: 4 * filters, kernelSize: 1, name: `${name}_3_conv` }).apply(main);
  main = normalization(`${name}_3_bn`).apply(main);
  const sum = add({ name: `${name}_add` }).apply([shortcut, main]);
  return activation({ activation: 'relu', name: `${name}_out` }).apply(sum);
}

/** The network before its classifier, with the names that Keras has used since 2019. */
export function resnetFeatures(inputs: SymbolicTensor, stages: Blocks): SymbolicTensor {
  let x = zeroPadding2d({ padding: 3, name: 'conv1_pad' }).apply(inputs);
  x = conv2d({ filters: 64, kernelSize: 7, strides: 2, name: 'conv1_conv' }).apply(x);
  x = normalization('conv1_bn').apply(x);
  x = activation({ activation: 'relu', name: 'conv1_relu' }).apply(x);
  x = zeroPadding2d({ padding: 1, name: 'pool1_pad' }).apply(x);
  x = maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' }).apply(x);
  for (const [index, blocks] of stages.entries()) {
    for (let block = 1; block <= blocks; block++) {
      const strides = block === 1 && index > 0 ? 2 : 1;
      x = residualBlock(x, 64 * 2 ** index, strides, block === 1, `conv${index + 2}_block${block}`);
    }
  }
  return x;
}

function resnet(stages: Blocks, caller: string, options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: caller });
  const read = readOptions(caller, table, options);
  const inputs = input({ shape: read.inputShape });
  const features = resnetFeatures(inputs, stages);
  return application(inputs, features, read, POOLING_NAMES);
}

/**
 * ResNet-101 as in keras.applications. Images are preprocessed as for Caffe: `preprocessImages(images, 'caffe')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385
 * @example resnet101({ includeTop: false, pooling: 'avg' }).summary();
 */
export function resnet101(options?: ApplicationOptions): Model {
  return resnet([3, 4, 23, 3], 'resnet101', options);
}

/**
 * ResNet-152 as in keras.applications. Images are preprocessed as for Caffe: `preprocessImages(images, 'caffe')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown
 * @see He et al., arXiv:1512.03385
 * @example resnet152({ classes: 10 }).summary();
 */
export function resnet152(options?: ApplicationOptions): Model {
  return resnet([3, 8, 36, 3], 'resnet152', options);
}
