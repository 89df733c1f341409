import type { ConvGeometry } from '../../../base/geometry.js';
import type { Kernels } from '../../kernels.js';
import type { Conv2dKernels } from '../direct-conv2d.js';
import { activate, clampOf, residualOf } from '../matmul.js';
import { columnsProduct } from '../products/columns-product.js';
import { range } from '../products/windows.js';
import { elementChunks, type Runtime } from '../runtime.js';
import { convolve } from './winograd-convolution.js';
import {
  CELLS,
  LARGE,
  PASS_BYTES,
  pointsOf,
  rangesOf,
  SMALL,
  strideOfPoints,
  tilingOf,
  transformTiles,
  type WinogradTile,
} from './winograd-tiles.js';

/**
 * Products of a point for each channel that is transformed, and tiles for each filter gradient: with fewer, the
 * transforms cost more.
 */
const PRODUCTS_PER_CHANNEL = 12;
const GRADIENT_TILES = 12;

/** All rows of a register tile are computed, even if fewer exist. */
const REGISTER_ROWS = 6;

/**
 * Time of one row of a product, relative to one of a large product: what reading the filter's cells or points, and the
 * transforms, add. Fitted to 19 shapes of 2×2 to 56×56 pixels, 64 to 512 channels, 1 to 32 images; the choice was the
 * fastest, or within 7% of it, on each.
 */
const ROW_COST = { direct: 1.1, large: 1.35, small: 1.1 };

const workOf = (products: number, rows: number, cost: number): number =>
  products * Math.ceil(rows / REGISTER_ROWS) * cost;

/** Whether transforms pay: 3×3 cells, stride 1, many channels. */
function isTileable(geometry: ConvGeometry): boolean {
  const { inChannels, outChannels, filterHeight, filterWidth, groups } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry;
  const isDense = Math.max(strideHeight, strideWidth, dilationHeight, dilationWidth, groups) === 1;
  const products = inChannels * outChannels;
  return (
    filterHeight === 3 && filterWidth === 3 && isDense && products >= PRODUCTS_PER_CHANNEL * (inChannels + outChannels)
  );
}

/** The tile by which a convolution and its input gradient take least work; null where the direct sum does. */
export function tileFor(geometry: ConvGeometry): WinogradTile | null {
  if (!isTileable(geometry)) return null;
  const { batch, outHeight, outWidth } = geometry;
  const tiles = (tile: WinogradTile) => tilingOf(tile, batch, outHeight, outWidth).count;
  const direct = workOf(CELLS, batch * outHeight * outWidth, ROW_COST.direct);
  const large = workOf(LARGE.points, tiles(LARGE), ROW_COST.large);
  const small = workOf(SMALL.points, tiles(SMALL), ROW_COST.small);
  if (direct <= Math.min(large, small)) return null;
  return small < large ? SMALL : LARGE;
}

/** Whether a filter gradient is faster in large tiles: few pixels wasted at edges. */
export function suitsTiledGradient(geometry: ConvGeometry): boolean {
  const { batch, outHeight, outWidth } = geometry;
  const { count } = tilingOf(LARGE, batch, outHeight, outWidth);
  const isFull = batch * outHeight * outWidth * CELLS >= 2 * count * LARGE.points;
  return isTileable(geometry) && count >= GRADIENT_TILES && isFull;
}

/**
 * Convolutions as matrix products over the points of their tiles, 36 or 16 (assembly/winograd/winograd-transforms.ts).
 * The error of large tiles is ten times that of the direct sum, 2e-6 of the largest output; one pixel that is not
 * finite makes its whole tile NaN.
 */
export function winogradConv2dKernels(
  runtime: Runtime,
  kernels: () => Kernels<number>,
  tile: WinogradTile,
): Conv2dKernels {
  return {
    fusedConv2d(x, filter, out, geometry, epilogue) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = geometry;
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        convolve(runtime, {
          tile,
          batch,
          x: { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels, top: padTop, left: padLeft },
          filter,
          isTurned: false,
          scale: epilogue.scale,
          out: { address: out.buffer, height: outHeight, width: outWidth, channels: outChannels },
          bias: epilogue.bias?.buffer ?? 0,
          residual: residualOf(epilogue, out),
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
          tile,
          batch,
          x: { address: outputGradient.buffer, height: outHeight, width: outWidth, channels: outChannels, top, left },
          filter,
          isTurned: true,
          scale: null,
          out: { address: out.buffer, height: inHeight, width: inWidth, channels: inChannels },
          bias: 0,
          residual: 0,
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
      const tiling = tilingOf(LARGE, batch, outHeight, outWidth);
      const size = inChannels * outChannels;
      const stride = strideOfPoints(size * 4);
      runtime.scope(() => {
        const filter = runtime.temporary(LARGE.points * stride);
        for (const part of rangesOf(tiling, inChannels + outChannels)) {
          runtime.scope(() => {
            const data = pointsOf(runtime, tiling, part, inChannels);
            const gradients = pointsOf(runtime, tiling, part, outChannels);
            transformTiles(runtime, 'winogradData', { ...images, top: padTop, left: padLeft }, data, tiling, part);
            transformTiles(runtime, 'winogradOutputGradient', { ...outputs, top: 0, left: 0 }, gradients, tiling, part);
            columnsProduct(runtime, {
              batches: range(LARGE.points).map((point) => ({
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
              c: { address: filter, size: (LARGE.points * stride) / 4 },
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
