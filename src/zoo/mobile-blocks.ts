import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { zeroPadding2d } from '../layers/index.js';

/**
 * Return the multiple of 8 that is nearest to a number of channels, at least 8; the next one where rounding down would
 * take away more than a tenth.
 * @see Keras, `_make_divisible` of mobilenet_v2.py, `round_filters` of efficientnet.py
 */
export function roundChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/**
 * Pad images for a convolution with strides of 2 and padding `'valid'`. One row and one column less go to the top left
 * where the size is even, as TensorFlow's `'same'` does.
 * @see Keras, `correct_pad` of imagenet_utils.py: an unknown height counts as even, and with it the width
 */
export function padForHalving(x: SymbolicTensor, kernelSize: number, name: string): SymbolicTensor {
  const [height, width] = [x.shape[1], x.shape[2]];
  const after = Math.floor(kernelSize / 2);
  const before = (side: number | null) => after - (height === null || side === null || side % 2 === 0 ? 1 : 0);
  const padding = [
    [before(height), after],
    [before(width), after],
  ] as const;
  return zeroPadding2d({ padding, name }).apply(x);
}
