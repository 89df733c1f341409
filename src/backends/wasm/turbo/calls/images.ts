import { poolGeometry } from '../../../../base/geometry.js';
import type { Shape } from '../../../../base/shape.js';
import type { Taps } from '../../../kernels.js';
import { changed, family, type KernelCall, positive, result, signed } from '../kernel-call.js';

function pooling(x: Shape): KernelCall[] {
  const geometry = poolGeometry('maxPool', x, 3, { strides: 2, padding: 'same' });
  const y = [geometry.batch, geometry.outHeight, geometry.outWidth, geometry.channels];
  const forward = family('pooling');
  const gradient = family('pooling, gradient');
  return [
    forward([signed(...x), result(y)], (kernels, [images, out]) => kernels.maxPool(images, out, geometry)),
    forward([signed(...x), result(y)], (kernels, [images, out]) => kernels.avgPool(images, out, geometry)),
    gradient([signed(...y), signed(...x), result(x)], (kernels, [dy, images, out]) =>
      kernels.maxPoolGradient(dy, images, out, geometry),
    ),
    gradient([signed(...y), result(x)], (kernels, [dy, out]) => kernels.avgPoolGradient(dy, out, geometry)),
    gradient([signed(...x), signed(...x), result(y)], (kernels, [values, images, out]) =>
      kernels.maxPoolGather(values, images, out, geometry),
    ),
  ];
}

function batchNorm(rows: number, channels: number): KernelCall[] {
  const x = signed(rows, channels);
  const moments = positive(2, channels);
  const row = signed(channels);
  const forward = family('batch norm');
  const gradient = family('batch norm, gradient');
  return [
    forward([x, result([2, channels])], (kernels, [values, out]) => kernels.batchMoments(values, out)),
    forward([changed(row), changed(positive(channels)), moments], (kernels, [mean, variance, batch]) =>
      kernels.followMoments!(mean, variance, batch, 0.99),
    ),
    ...([null, 'relu'] as const).flatMap((activation) => [
      forward([x, moments, row, row, x, result(x.shape)], (kernels, [values, mean, gamma, beta, sum, out]) =>
        kernels.batchNorm(values, mean, gamma, beta, out, 1e-3, { residual: activation && sum, activation }),
      ),
      gradient([x, x, moments, row, row, result([2, channels])], (kernels, [dy, values, mean, gamma, beta, out]) =>
        kernels.batchNormSums(dy, values, mean, out, 1e-3, activation && { activation, gamma, beta }),
      ),
      gradient(
        [x, x, moments, row, row, signed(2, channels), result(x.shape)],
        (kernels, [dy, values, mean, gamma, beta, sums, out]) =>
          kernels.batchNormInputGradient(
            dy,
            values,
            mean,
            gamma,
            sums,
            out,
            1e-3,
            activation && { activation, gamma, beta },
          ),
      ),
    ]),
  ];
}

/** Each output is a mean of two neighbours. */
const halves = (inSize: number, outSize: number): Taps => ({
  inSize,
  outSize,
  taps: 2,
  index: Int32Array.from({ length: 2 * outSize }, (_, i) => Math.min(inSize - 1, (i * inSize) / (2 * outSize))),
  weight: new Float64Array(2 * outSize).fill(0.5),
});

function resampling(x: Shape, [height, width]: readonly [number, number]): KernelCall[] {
  const y = [x[0], height, width, x[3]];
  const [rows, columns] = [halves(x[1], height), halves(x[2], width)];
  return [
    family('resampling')([signed(...x), result(y)], (kernels, [images, out]) =>
      kernels.resample(images, out, rows, columns),
    ),
    family('resampling, gradient')([signed(...y), result(x)], (kernels, [dy, out]) =>
      kernels.resampleGradient(dy, out, rows, columns),
    ),
  ];
}

export const IMAGE_CALLS: readonly KernelCall[] = [
  ...pooling([1, 9, 7, 21]),
  ...batchNorm(37, 21),
  ...resampling([1, 5, 6, 7], [9, 11]),
];
