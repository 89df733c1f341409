import { readOptions } from '../base/options.js';
import type { Model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import { activation, add, batchNormalization, conv2d, maxPooling2d, separableConv2d } from '../layers/index.js';
import { application } from './application.js';
import { type ApplicationOptions, applicationOptions } from './options.js';

const relu = (x: SymbolicTensor, name: string) => activation({ activation: 'relu', name }).apply(x);

/** A 3×3 convolution of the stem without padding, batch norm, relu. */
function convolve(x: SymbolicTensor, filters: number, strides: number, name: string): SymbolicTensor {
  const y = conv2d({ filters, kernelSize: 3, strides, useBias: false, name }).apply(x);
  return relu(batchNormalization({ name: `${name}_bn` }).apply(y), `${name}_act`);
}

/** A separable 3×3 convolution, batch norm. */
function separable(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const y = separableConv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, name }).apply(x);
  return batchNormalization({ name: `${name}_bn` }).apply(y);
}

/**
 * Separable convolutions with a relu before each.
 * @param activateFirst whether the first has one
 */
function separables(x: SymbolicTensor, filters: readonly number[], block: number, activateFirst = true) {
  let y = x;
  for (const [index, each] of filters.entries()) {
    const name = `block${block}_sepconv${index + 1}`;
    if (index > 0 || activateFirst) y = relu(y, `${name}_act`);
    y = separable(y, each, name);
  }
  return y;
}

/** Half the size: two separable convolutions and a pooling, and a 1×1 convolution as the shortcut. */
function halvingBlock(x: SymbolicTensor, filters: readonly [number, number], block: number): SymbolicTensor {
  const shortcut = conv2d({ filters: filters[1], kernelSize: 1, strides: 2, padding: 'same', useBias: false }).apply(x);
  const normalized = batchNormalization().apply(shortcut);
  const main = separables(x, filters, block, block > 2);
  const pooled = maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: `block${block}_pool` }).apply(main);
  return add().apply([pooled, normalized]);
}

/**
 * Xception as in keras.applications, the paper's figure 5. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [299, 299, 3], `classes` default 1000, `includeTop`, `pooling`
 * @throws ValueError for a pooling that is unknown @throws ShapeError when the images are too small
 * @see Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", arXiv:1610.02357
 * @example xception({ classes: 5 }).summary();
 */
export function xception(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [299, 299, 3], classes: 1000, name: 'xception' });
  const read = readOptions('xception', table, options);
  const inputs = input({ shape: read.inputShape });
  // Entry flow.
  let x = convolve(inputs, 32, 2, 'block1_conv1');
  x = convolve(x, 64, 1, 'block1_conv2');
  x = halvingBlock(x, [128, 128], 2);
  x = halvingBlock(x, [256, 256], 3);
  x = halvingBlock(x, [728, 728], 4);
  // Middle flow.
  for (let block = 5; block <= 12; block++) x = add().apply([separables(x, [728, 728, 728], block), x]);
  // Exit flow.
  x = halvingBlock(x, [728, 1024], 13);
  x = relu(separable(x, 1536, 'block14_sepconv1'), 'block14_sepconv1_act');
  x = relu(separable(x, 2048, 'block14_sepconv2'), 'block14_sepconv2_act');
  return application(inputs, x, read);
}
