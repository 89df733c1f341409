import { add, mul } from '../../ops/arithmetic.js';
import { gather } from '../../ops/gather.js';
import { reshape } from '../../ops/reshape.js';
import { type Tensor, upload } from '../../tensor/tensor.js';

/** Values beyond the border: the image mirrored or repeated, its edge extended, or one value. */
export const FILL_MODES = ['reflect', 'wrap', 'nearest', 'constant'] as const;
type FillMode = (typeof FILL_MODES)[number];

/**
 * Where output pixel (x, y) is read: input pixel (a·x + b·y + c, d·x + e·y + f), from the upper left, x to the right.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export interface Sampling {
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly interpolation: 'nearest' | 'bilinear';
}

/** Map a coordinate beyond the border into the image; `'constant'` leaves it outside. */
function fold(at: number, length: number, mode: FillMode): number {
  if (mode === 'constant') return at;
  const within = (value: number) => Math.min(Math.max(value, 0), length - 1);
  if (mode === 'nearest') return within(at);
  if (mode === 'wrap') return within(at - length * Math.floor(at / length));
  // Mirrored about the outer edge of the border pixel, which is repeated once.
  const phase = at + 0.5 - 2 * length * Math.floor((at + 0.5) / (2 * length));
  return within((phase < length ? phase : 2 * length - phase) - 0.5);
}

/**
 * Sample each image with its own affine map. The positions and weights of the pixels are computed on the host; the
 * sampling consists of gathers, sums and products, so that gradients reach the images.
 * @param x [batch, height, width, channels]
 * @param maps one per image
 */
export function sampleImages(x: Tensor, maps: readonly Affine[], sampling: Sampling): Tensor {
  const [batch, height, width, channels] = x.shape;
  const count = batch * height * width;
  const corners = sampling.interpolation === 'nearest' ? 1 : 4;
  const places = Array.from({ length: corners }, () => new Int32Array(count));
  const weights = Array.from({ length: corners }, () => new Float64Array(count));
  const outside = new Float64Array(count);

  /** Set corner number `corner` of output pixel `at` to input pixel (column, row). */
  const note = (corner: number, at: number, image: number, column: number, row: number, weight: number): void => {
    const inside = column >= 0 && column < width && row >= 0 && row < height;
    places[corner][at] = inside ? (image * height + row) * width + column : 0;
    weights[corner][at] = inside ? weight : 0;
    if (!inside) outside[at] += weight * sampling.fillValue;
  };

  for (let image = 0, at = 0; image < batch; image++) {
    const [a, b, c, d, e, f] = maps[image];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) {
        const inX = fold(a * column + b * row + c, width, sampling.fillMode);
        const inY = fold(d * column + e * row + f, height, sampling.fillMode);
        if (corners === 1) {
          note(0, at, image, Math.round(inX), Math.round(inY), 1);
          continue;
        }
        const left = Math.floor(inX);
        const top = Math.floor(inY);
        const right = inX - left;
        const below = inY - top;
        note(0, at, image, left, top, (1 - right) * (1 - below));
        note(1, at, image, left + 1, top, right * (1 - below));
        note(2, at, image, left, top + 1, (1 - right) * below);
        note(3, at, image, left + 1, top + 1, right * below);
      }
    }
  }

  const pixels = reshape(x, [count, channels]);
  let result: Tensor | null = null;
  for (let corner = 0; corner < corners; corner++) {
    const read = gather(pixels, upload(places[corner], [count], 'int32'));
    const part = mul(read, upload(weights[corner], [count, 1], x.dtype));
    result = result ? add(result, part) : part;
  }
  if (sampling.fillMode === 'constant' && sampling.fillValue !== 0) {
    result = add(result!, upload(outside, [count, 1], x.dtype));
  }
  return reshape(result!, x.shape);
}
