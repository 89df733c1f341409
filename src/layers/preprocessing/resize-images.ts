import { oneOf } from '../../base/options.js';
import { pad } from '../../ops/pad.js';
import { resizeBicubic, resizeBilinear, resizeNearestNeighbor } from '../../ops/resize.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Interpolation between pixels, as an option. */
export const interpolation = () => oneOf(['nearest', 'bilinear', 'bicubic']);

type Interpolation = 'nearest' | 'bilinear' | 'bicubic';

type PixelCenters = 'half' | 'corner' | 'aligned';

/**
 * Positions of pixels when images are resized: at half pixels (`half`, as in Keras 3 and PyTorch), at their corners
 * (`corner`, as in tfjs and Keras before tf.keras), or so that the corners of both images meet (`aligned`, as in tfjs's
 * Resizing). Keras 3 has no such option, so a config holds it only where it differs.
 */
export const pixelCenters = () =>
  oneOf<PixelCenters>(['half', 'corner', 'aligned'])
    .default('half')
    .inConfig((centers) => (centers === 'half' ? undefined : centers));

/** Free parameter of the cubic kernel in Keras and Pillow. */
const KERAS_CUBIC = -0.5;

/** Resize images. */
export function resizeImages(
  x: Tensor,
  size: readonly [number, number],
  interpolation: Interpolation,
  centers: PixelCenters = 'half',
): Tensor {
  const [aligned, half] = [centers === 'aligned', centers === 'half'];
  if (interpolation === 'nearest') return resizeNearestNeighbor(x, size, aligned, half);
  if (interpolation === 'bilinear') return resizeBilinear(x, size, aligned, half);
  return resizeBicubic(x, size, aligned, half, KERAS_CUBIC);
}

/** Cut a block of rows and columns out of every image. */
export function cropImages(x: Tensor, top: number, left: number, height: number, width: number): Tensor {
  return slice(x, [0, top, left, 0], [x.shape[0], height, width, x.shape[3]]);
}

/** Resize the largest centred block with the proportions of the size, without distortion. */
export function resizeCropped(x: Tensor, size: readonly [number, number], interpolation: Interpolation): Tensor {
  const [, height, width] = x.shape;
  const cropHeight = Math.max(1, Math.min(height, Math.floor((width * size[0]) / size[1])));
  const cropWidth = Math.max(1, Math.min(width, Math.floor((height * size[1]) / size[0])));
  const top = Math.floor((height - cropHeight) / 2);
  const left = Math.floor((width - cropWidth) / 2);
  return resizeImages(cropImages(x, top, left, cropHeight, cropWidth), size, interpolation);
}

/** Resize whole images, after a border of one value, equal on both sides, gave them the proportions of the size. */
export function resizePadded(
  x: Tensor,
  size: readonly [number, number],
  interpolation: Interpolation,
  fillValue: number,
): Tensor {
  const [, height, width] = x.shape;
  const rows = Math.max(0, Math.floor((Math.floor((width * size[0]) / size[1]) - height) / 2));
  const columns = Math.max(0, Math.floor((Math.floor((height * size[1]) / size[0]) - width) / 2));
  const padded = pad(
    x,
    [
      [0, 0],
      [rows, rows],
      [columns, columns],
      [0, 0],
    ],
    fillValue,
  );
  return resizeImages(padded, size, interpolation);
}
