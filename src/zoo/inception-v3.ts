import { readOptions } from '../base/options.js';
import type { Model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  activation,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  maxPooling2d,
} from '../layers/index.js';
import { application } from './application.js';
import { type ApplicationOptions, applicationOptions } from './options.js';

type Window = number | readonly [number, number];

/** Convolution without bias, batch norm without gamma, relu. */
function convolve(
  x: SymbolicTensor,
  filters: number,
  kernelSize: Window,
  { strides = 1, padding = 'same' as 'same' | 'valid' } = {},
): SymbolicTensor {
  const y = conv2d({ filters, kernelSize, strides, padding, useBias: false }).apply(x);
  return activation({ activation: 'relu' }).apply(batchNormalization({ scale: false }).apply(y));
}

/** Convolutions one after another, each [filters, window]. */
const chain = (x: SymbolicTensor, ...steps: readonly (readonly [number, Window])[]) =>
  steps.reduce((y, [filters, kernelSize]) => convolve(y, filters, kernelSize), x);

const joined = (branches: readonly SymbolicTensor[], name?: string) => concatenate({ name }).apply(branches);

const pooled = (x: SymbolicTensor, filters: number) =>
  convolve(averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x), filters, 1);

const HALVING = { strides: 2, padding: 'valid' } as const;
const halvedPool = (x: SymbolicTensor) => maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);

/** The paper's figure 5: a 5×5 convolution parallel to two 3×3. Input 35×35. */
function moduleA(x: SymbolicTensor, poolFilters: number, name: string): SymbolicTensor {
  const one = convolve(x, 64, 1);
  const five = chain(x, [48, 1], [64, 5]);
  const three = chain(x, [64, 1], [96, 3], [96, 3]);
  return joined([one, five, three, pooled(x, poolFilters)], name);
}

/** From 35×35 to 17×17. */
function reductionA(x: SymbolicTensor, name: string): SymbolicTensor {
  const three = convolve(x, 384, 3, HALVING);
  const double = convolve(chain(x, [64, 1], [96, 3]), 96, 3, HALVING);
  return joined([three, double, halvedPool(x)], name);
}

/** The paper's figure 6: 7×7 convolutions as 1×7 and 7×1. Input 17×17. */
function moduleB(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const one = convolve(x, 192, 1);
  const seven = chain(x, [filters, 1], [filters, [1, 7]], [192, [7, 1]]);
  const first = chain(x, [filters, 1], [filters, [7, 1]], [filters, [1, 7]]);
  const double = chain(first, [filters, [7, 1]], [192, [1, 7]]);
  return joined([one, seven, double, pooled(x, 192)], name);
}

/** From 17×17 to 8×8. */
function reductionB(x: SymbolicTensor, name: string): SymbolicTensor {
  const three = convolve(convolve(x, 192, 1), 320, 3, HALVING);
  const seven = convolve(chain(x, [192, 1], [192, [1, 7]], [192, [7, 1]]), 192, 3, HALVING);
  return joined([three, seven, halvedPool(x)], name);
}

/** The paper's figure 7: 1×3 parallel to 3×1. Input 8×8. @param splitName of the first pair's concatenation */
function moduleC(x: SymbolicTensor, name: string, splitName: string): SymbolicTensor {
  const spread = (y: SymbolicTensor, concatenationName?: string) =>
    joined([convolve(y, 384, [1, 3]), convolve(y, 384, [3, 1])], concatenationName);
  const one = convolve(x, 320, 1);
  const three = spread(convolve(x, 384, 1), splitName);
  const double = spread(chain(x, [448, 1], [384, 3]));
  return joined([one, three, double, pooled(x, 192)], name);
}

/**
 * Inception v3 as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [299, 299, 3], at least 75×75; `classes` default 1000, `includeTop`, `pooling`
 * @throws ShapeError when the images are too small
 * @see Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", arXiv:1512.00567
 * @example inceptionV3({ classes: 5 }).summary();
 */
export function inceptionV3(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [299, 299, 3], classes: 1000, name: 'inception_v3' });
  const read = readOptions('inceptionV3', table, options);
  const inputs = input({ shape: read.inputShape });
  let x = convolve(inputs, 32, 3, HALVING);
  x = convolve(x, 32, 3, { padding: 'valid' });
  x = convolve(x, 64, 3);
  x = halvedPool(x);
  x = convolve(x, 80, 1, { padding: 'valid' });
  x = convolve(x, 192, 3, { padding: 'valid' });
  x = halvedPool(x);

  x = moduleA(x, 32, 'mixed0');
  x = moduleA(x, 64, 'mixed1');
  x = moduleA(x, 64, 'mixed2');
  x = reductionA(x, 'mixed3');
  x = moduleB(x, 128, 'mixed4');
  x = moduleB(x, 160, 'mixed5');
  x = moduleB(x, 160, 'mixed6');
  x = moduleB(x, 192, 'mixed7');
  x = reductionB(x, 'mixed8');
  x = moduleC(x, 'mixed9', 'mixed9_0');
  x = moduleC(x, 'mixed10', 'mixed9_1');
  return application(inputs, x, read);
}
