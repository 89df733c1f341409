import type { ConvGeometry } from '../../geometry.js';
import type { Kernels, Operand } from '../kernels.js';
import { columnsProduct } from './columns-product.js';
import type { Conv2dKernels } from './direct-conv2d.js';
import { activate, clampOf } from './matmul.js';
import { packPanels, type RightSide } from './pack.js';
import { rowsProduct } from './rows-product.js';
import { elementTiles, type Runtime } from './runtime.js';
import { type Frame, range } from './windows.js';
import {
  CELLS,
  chunksOf,
  PASS_BYTES,
  type PaddedImages,
  POINTS,
  pointsOf,
  strideOfPoints,
  tilingOf,
  transformTiles,
} from './winograd-tiles.js';

/** Products of a point for each channel that is transformed, and tiles for each filter: with fewer, the transforms cost more. */
const PRODUCTS_PER_CHANNEL = 12;
const TILES = 12;

/** Whether a convolution and its gradients are faster this way: 3×3 cells, stride 1, many channels, few pixels wasted at edges. */
export function suitsWinograd(geometry: ConvGeometry): boolean {
  const { batch, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth, groups } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry;
  const isDense = Math.max(strideHeight, strideWidth, dilationHeight, dilationWidth, groups) === 1;
  if (filterHeight !== 3 || filterWidth !== 3 || !isDense) return false;
  if (inChannels * outChannels < PRODUCTS_PER_CHANNEL * (inChannels + outChannels)) return false;
  const { count } = tilingOf(batch, outHeight, outWidth);
  return count >= TILES && batch * outHeight * outWidth * CELLS >= 2 * count * POINTS;
}

interface Convolution {
  readonly batch: number;
  readonly x: PaddedImages;
  /** B of each of the nine cells, in panels. */
  readonly cells: RightSide;
  /** The filter is turned by 180°. */
  readonly isTurned: boolean;
  readonly out: Frame;
  /** Address of the bias, or 0. */
  readonly bias: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Convolutions as 36 matrix products over the points of their tiles (assembly/winograd-transforms.ts). The error is ten times that of
 * the direct sum, 2e-6 of the largest output; one pixel that is not finite makes its whole tile NaN.
 */
export function winogradConv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): Conv2dKernels {
  return {
    conv2d(x, filter, out, geometry, epilogue) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = geometry;
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        convolve({
          batch,
          x: { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels, top: padTop, left: padLeft },
          cells: packCells(filter, inChannels, outChannels * 4, outChannels, 4),
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
        convolve({
          batch,
          x: { address: outputGradient.buffer, height: outHeight, width: outWidth, channels: outChannels, top, left },
          cells: packCells(filter, outChannels, 4, inChannels, outChannels * 4),
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
        for (const chunk of chunksOf(tiling, inChannels + outChannels)) {
          runtime.scope(() => {
            const data = pointsOf(runtime, chunk, inChannels);
            const gradients = pointsOf(runtime, chunk, outChannels);
            transformTiles(runtime, 'winogradData', { ...images, top: padTop, left: padLeft }, data, tiling, chunk);
            transformTiles(
              runtime,
              'winogradOutputGradient',
              { ...outputs, top: 0, left: 0 },
              gradients,
              tiling,
              chunk,
            );
            columnsProduct(runtime, {
              batches: range(POINTS).map((point) => ({
                a: data.address + point * data.stride,
                b: gradients.address + point * gradients.stride,
                c: filter + point * stride,
              })),
              runs: [{ offset: 0, length: inChannels }],
              columns: outChannels,
              cStride: outChannels * 4,
              grid: { images: 1, height: 1, width: chunk.count },
              a: { image: 0, line: 0, place: data.tileStride },
              bStride: gradients.tileStride,
              c: { address: filter, size: (POINTS * stride) / 4 },
              isAdding: chunk.first > 0,
            });
          });
        }
        const planes = [out.buffer, size * 4, 3 * size * 4, filter, stride, size];
        runtime.run('winogradFilterGradient', elementTiles(size), planes, [], PASS_BYTES + 3 * 16);
      });
    },
  };

  /** B of each of the nine cells by itself: [depth, columns], with these strides in the filter. */
  function packCells(
    filter: Operand<number>,
    depth: number,
    kStride: number,
    columns: number,
    columnStride: number,
  ): RightSide {
    return packPanels(runtime, {
      source: filter.buffer,
      segments: [{ offset: 0, length: depth }],
      kStride,
      columnStride,
      columns,
      batch: CELLS,
      batchStride: depth * columns * 4,
    });
  }

  /** out = x ∗ filter + bias, clamped to [low, high]. */
  function convolve({ batch, x, cells, isTurned, out, bias, low, high }: Convolution): void {
    const tiling = tilingOf(batch, out.height, out.width);
    const plane = cells.batchStride;
    const stride = strideOfPoints(plane);
    const filter = runtime.temporary(POINTS * stride);
    const [first, step] = isTurned ? [cells.address + (CELLS - 1) * plane, -plane] : [cells.address, plane];
    runtime.run(
      'winogradFilter',
      elementTiles(plane / 4),
      [first, step, 3 * step, filter, stride, plane / 4],
      [],
      PASS_BYTES,
    );
    for (const chunk of chunksOf(tiling, x.channels + out.channels)) {
      runtime.scope(() => {
        const data = pointsOf(runtime, chunk, x.channels);
        const sums = pointsOf(runtime, chunk, out.channels);
        transformTiles(runtime, 'winogradData', x, data, tiling, chunk);
        rowsProduct(runtime, {
          batches: range(POINTS).map((point) => ({
            a: data.address + point * data.stride,
            b: filter + point * stride,
            c: sums.address + point * sums.stride,
            bias: 0,
          })),
          grid: { images: 1, height: 1, width: chunk.count },
          a: { image: 0, line: 0, place: data.tileStride },
          c: { image: 0, line: 0, place: sums.tileStride },
          columns: out.channels,
          segments: [{ offset: 0, length: x.channels }],
          right: cells,
          low: -Infinity,
          high: Infinity,
        });
        transformTiles(runtime, 'winogradOutput', { ...out, top: 0, left: 0 }, sums, tiling, chunk, {
          bias,
          low,
          high,
        });
      });
    }
  }
}
