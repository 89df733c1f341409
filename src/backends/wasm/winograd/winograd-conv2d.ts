import type { ConvGeometry } from '../../../base/geometry.js';
import type { Kernels } from '../../kernels.js';
import type { Conv2dKernels } from '../direct-conv2d.js';
import { activate, clampOf } from '../matmul.js';
import { columnsProduct } from '../products/columns-product.js';
import { range } from '../products/windows.js';
import { elementChunks, type Runtime } from '../runtime.js';
import { convolve } from './winograd-convolution.js';
import {
  CELLS,
  PASS_BYTES,
  POINTS,
  pointsOf,
  rangesOf,
  strideOfPoints,
  tilingOf,
  transformTiles,
} from './winograd-tiles.js';

/**
 * Products of a point for each channel that is transformed, and tiles for each filter: with fewer, the transforms cost
 * more.
 */
const PRODUCTS_PER_CHANNEL = 12;
const TILES = 12;

/**
 * Whether a convolution and its gradients are faster this way: 3×3 cells, stride 1, many channels, few pixels wasted at
 * edges.
 */
export function suitsWinograd(geometry: ConvGeometry): boolean {
  const { batch, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth, groups } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry;
  const isDense = Math.max(strideHeight, strideWidth, dilationHeight, dilationWidth, groups) === 1;
  if (filterHeight !== 3 || filterWidth !== 3 || !isDense) return false;
  if (inChannels * outChannels < PRODUCTS_PER_CHANNEL * (inChannels + outChannels)) return false;
  const { count } = tilingOf(batch, outHeight, outWidth);
  return count >= TILES && batch * outHeight * outWidth * CELLS >= 2 * count * POINTS;
}

/**
 * Convolutions as 36 matrix products over the points of their tiles (assembly/winograd-transforms.ts). The error is ten
 * times that of the direct sum, 2e-6 of the largest output; one pixel that is not finite makes its whole tile NaN.
 */
export function winogradConv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): Conv2dKernels {
  return {
    conv2d(x, filter, out, geometry, epilogue) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = geometry;
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        convolve(runtime, {
          batch,
          x: { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels, top: padTop, left: padLeft },
          filter,
          isTurned: false,
          out: { address: out.buffer, height: outHeight, width: outWidth, channels: outChannels },
          bias: epilogue.bias?.buffer ?? 0,
          low,
          high,
        });
      });
      activate(kernels(), out, epilogue);
    },

    // The convolution of the output's gradient with the turned filter, whose channels change places.
    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = geometry;
      const [top, left] = [2 - padTop, 2 - padLeft];
      runtime.scope(() => {
        convolve(runtime, {
          batch,
          x: { address: outputGradient.buffer, height: outHeight, width: outWidth, channels: outChannels, top, left },
          filter,
          isTurned: true,
          out: { address: out.buffer, height: inHeight, width: inWidth, channels: inChannels },
          bias: 0,
          low: -Infinity,
          high: Infinity,
        });
      });
    },

    // Each point of the filter's gradient is a sum over all tiles.
    conv2dFilterGradient(x, outputGradient, out, geometry) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = geometry;
      const images = { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels };
      const outputs = { address: outputGradient.buffer, height: outHeight, width: outWidth, channels: outChannels };
      const tiling = tilingOf(batch, outHeight, outWidth);
      const size = inChannels * outChannels;
      const stride = strideOfPoints(size * 4);
      runtime.scope(() => {
        const filter = runtime.temporary(POINTS * stride);
        for (const part of rangesOf(tiling, inChannels + outChannels)) {
          runtime.scope(() => {
            const data = pointsOf(runtime, part, inChannels);
            const gradients = pointsOf(runtime, part, outChannels);
            transformTiles(runtime, 'winogradData', { ...images, top: padTop, left: padLeft }, data, tiling, part);
            transformTiles(runtime, 'winogradOutputGradient', { ...outputs, top: 0, left: 0 }, gradients, tiling, part);
            columnsProduct(runtime, {
              batches: range(POINTS).map((point) => ({
                a: data.address + point * data.stride,
                b: gradients.address + point * gradients.stride,
                c: filter + point * stride,
              })),
              runs: [{ offset: 0, length: inChannels }],
              columns: outChannels,
              cStride: outChannels * 4,
              grid: { images: 1, height: 1, width: part.count },
              a: { image: 0, line: 0, place: data.tileStride },
              bStride: gradients.tileStride,
              c: { address: filter, size: (POINTS * stride) / 4 },
              isAdding: part.first > 0,
            });
          });
        }
        const planes = [out.buffer, size * 4, 3 * size * 4, filter, stride, size];
        runtime.launch('winogradFilterGradient', elementChunks(size), planes, [], PASS_BYTES + 3 * 16);
      });
    },
  };
}
