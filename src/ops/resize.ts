import type { Taps } from '../backends/kernels.js';
import { isFloat } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, type Shape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { type Op, runOp } from './op.js';
import { withBatch } from './shared/image-operands.js';

/*
 * Every method is the same weighted sum over a few input pixels along each axis; they differ only in the taps.
 * Pixel centres: with half pixels, output pixel i sits at (i + 0.5) · scale − 0.5 of the input.
 */

interface Sampling {
  readonly rows: Taps;
  readonly columns: Taps;
  readonly shape: Shape;
}

const resampleOp: Op<{ x: Tensor }, Sampling> = {
  name: 'resample',
  infer: ({ x }, { shape }) => ({ shape, dtype: x.dtype }),
  forward: (kernels, { x }, out, { rows, columns }) => kernels.resample(x, out, rows, columns),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(resampleGradientOp, { outputGradient: dy }, { ...options, shape: x.shape }),
  }),
};

/** Gives each output pixel's gradient back to the pixels it came from: the adjoint of resampling. */
const resampleGradientOp: Op<{ outputGradient: Tensor }, Sampling> = {
  name: 'resampleGradient',
  infer: ({ outputGradient }, { shape }) => ({ shape, dtype: outputGradient.dtype }),
  forward: (kernels, { outputGradient }, out, { rows, columns }) =>
    kernels.resampleGradient(outputGradient, out, rows, columns),
  gradient: (dx, { inputs: { outputGradient }, options }) => ({
    outputGradient: () => runOp(resampleOp, { x: dx }, { ...options, shape: outputGradient.shape }),
  }),
};

/** Where pixel centres lie; the default of Keras and PyTorch is half pixels. */
export interface PixelCenters {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const centersOf = (alignCorners?: boolean | null, halfPixelCenters?: boolean | null): PixelCenters => ({
  alignCorners: !!alignCorners,
  halfPixelCenters: halfPixelCenters ?? !alignCorners,
});

function position(
  i: number,
  inSize: number,
  outSize: number,
  { alignCorners, halfPixelCenters }: PixelCenters,
): number {
  if (alignCorners) return outSize > 1 ? (i * (inSize - 1)) / (outSize - 1) : 0;
  return halfPixelCenters ? ((i + 0.5) * inSize) / outSize - 0.5 : (i * inSize) / outSize;
}

/**
 * @param weigh weights of `taps` neighbouring pixels, the first at offset `first` from the pixel left of the position
 */
function makeTaps(
  inSize: number,
  outSize: number,
  centers: PixelCenters,
  first: number,
  weigh: (fraction: number) => readonly number[],
): Taps {
  const taps = weigh(0).length;
  const index = new Int32Array(outSize * taps);
  const weight = new Float64Array(outSize * taps);
  for (let i = 0; i < outSize; i++) {
    const at = position(i, inSize, outSize, centers);
    const left = Math.floor(at);
    weigh(at - left).forEach((value, t) => {
      // Pixels beyond the edge repeat the edge.
      index[i * taps + t] = Math.min(Math.max(left + first + t, 0), inSize - 1);
      weight[i * taps + t] = value;
    });
  }
  return { inSize, outSize, taps, index, weight };
}

const linearTaps = (inSize: number, outSize: number, centers: PixelCenters): Taps =>
  makeTaps(inSize, outSize, centers, 0, (fraction) => [1 - fraction, fraction]);

/** Keys's cubic convolution, IEEE Trans. ASSP 29 (1981). */
function cubicTaps(inSize: number, outSize: number, centers: PixelCenters, a: number): Taps {
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return makeTaps(inSize, outSize, centers, -1, (f) => [far(1 + f), near(f), near(1 - f), far(2 - f)]);
}

function nearestTaps(inSize: number, outSize: number, { alignCorners, halfPixelCenters }: PixelCenters): Taps {
  const index = Int32Array.from({ length: outSize }, (_, i) => {
    // With half pixels, the centre of the output pixel determines the input pixel.
    const at = halfPixelCenters
      ? ((i + 0.5) * inSize) / outSize
      : position(i, inSize, outSize, { alignCorners, halfPixelCenters });
    return Math.min(alignCorners ? Math.round(at) : Math.floor(at), inSize - 1);
  });
  return { inSize, outSize, taps: 1, index, weight: new Float64Array(outSize).fill(1) };
}

function resize(
  op: string,
  images: TensorLike,
  size: readonly [number, number],
  centers: PixelCenters,
  tapsOf: (inSize: number, outSize: number, centers: PixelCenters) => Taps,
): Tensor {
  if (!Array.isArray(size) || size.length !== 2 || size.some((side) => !Number.isInteger(side) || side < 1)) {
    throw new ValueError(`${op}: size is ${show(size)}, expected [height, width], integers ≥ 1`);
  }
  if (centers.alignCorners && centers.halfPixelCenters) {
    throw new ValueError(`${op}: alignCorners and halfPixelCenters are both true, expected one of them at most`);
  }
  return tidy(() => {
    const given = toTensor(op, 'images', images);
    if (given.rank !== 3 && given.rank !== 4) {
      throw new ShapeError(`${op}: images are ${formatShape(given.shape)}, expected [batch, height, width, channels]`);
    }
    const value = isFloat(given.dtype) ? given : cast(given, 'float32');
    return withBatch(value, (x) => {
      const [batch, height, width, channels] = x.shape;
      if (height === 0 || width === 0)
        throw new ShapeError(`${op}: images are ${formatShape(x.shape)}, expected pixels`);
      const rows = tapsOf(height, size[0], centers);
      const columns = tapsOf(width, size[1], centers);
      return runOp(resampleOp, { x }, { rows, columns, shape: [batch, size[0], size[1], channels] });
    });
  });
}

/**
 * Resizes images, each pixel from the 2×2 around it; no smoothing when shrinking.
 * @param images [batch, height, width, channels], or without the batch
 * @param size [height, width] of the result
 * @param halfPixelCenters default true, as Keras and PyTorch; tfjs's default is false
 * @throws ShapeError @throws ValueError
 * @example resizeBilinear(images, [224, 224])
 */
export function resizeBilinear(
  images: TensorLike,
  size: readonly [number, number],
  alignCorners?: boolean | null,
  halfPixelCenters?: boolean | null,
): Tensor {
  return resize('resizeBilinear', images, size, centersOf(alignCorners, halfPixelCenters), linearTaps);
}

/**
 * Resizes images, each pixel copied from the nearest. See `resizeBilinear`.
 * @example resizeNearestNeighbor(tensor([[[1], [2]]]), [1, 4]) // [[[1], [1], [2], [2]]]
 */
export function resizeNearestNeighbor(
  images: TensorLike,
  size: readonly [number, number],
  alignCorners?: boolean | null,
  halfPixelCenters?: boolean | null,
): Tensor {
  return resize('resizeNearestNeighbor', images, size, centersOf(alignCorners, halfPixelCenters), nearestTaps);
}

/**
 * Resizes images, each pixel from the 4×4 around it. See `resizeBilinear`.
 * @param a the free parameter of the cubic: -0.75 is PyTorch's, the default; -0.5 is Keras's
 * @example resizeBicubic(images, [224, 224])
 */
export function resizeBicubic(
  images: TensorLike,
  size: readonly [number, number],
  alignCorners?: boolean | null,
  halfPixelCenters?: boolean | null,
  a?: number | null,
): Tensor {
  return resize('resizeBicubic', images, size, centersOf(alignCorners, halfPixelCenters), (inSize, outSize, centers) =>
    cubicTaps(inSize, outSize, centers, a ?? -0.75),
  );
}
