import type { Kernels } from '../kernels.js';
import { sumParts } from './products/columns-product.js';
import { cellOffsets, gradientPhases, inputFrame, pixelSteps, type Steps, windowSteps } from './products/windows.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

type DepthwiseKernels = Pick<
  Kernels<number>,
  'depthwiseConv2d' | 'depthwiseConv2dInputGradient' | 'depthwiseConv2dFilterGradient'
>;

/** Partial filter gradients: enough for many threads, whatever their number. */
const PARTS = 32;

interface Product {
  readonly x: number;
  readonly weights: number;
  readonly out: number;
  readonly cells: readonly { readonly cell: number; readonly offset: number }[];
  readonly channels: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly from: Steps;
  readonly to: Steps;
}

/** Each channel alone. A multiplier above 1 repeats the channels of x, which makes it 1. */
export function depthwiseConv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): DepthwiseKernels {
  return {
    depthwiseConv2d(x, filter, out, geometry) {
      const { batch, outHeight, outWidth, channels, multiplier } = geometry;
      runtime.scope(() => {
        const wide = channels * multiplier;
        const repeated = repeat(x.buffer, x.size / channels, channels, multiplier);
        const frame = inputFrame(runtime, repeated, wide, geometry);
        multiply({
          x: frame.address,
          weights: filter.buffer,
          out: out.buffer,
          cells: cellOffsets(geometry, frame).map((offset, cell) => ({ cell, offset })),
          channels: wide,
          images: batch,
          height: outHeight,
          width: outWidth,
          from: windowSteps(geometry, frame),
          to: pixelSteps(outHeight, outWidth, wide),
        });
      });
    },

    depthwiseConv2dInputGradient(outputGradient, filter, out, geometry) {
      const { batch, inHeight, inWidth, channels, multiplier, strideHeight, strideWidth } = geometry;
      const wide = channels * multiplier;
      runtime.scope(() => {
        const { frame, origin, phases } = gradientPhases(runtime, outputGradient.buffer, wide, geometry);
        const target = multiplier > 1 ? runtime.temporary(out.size * multiplier * 4) : out.buffer;
        for (const { row, column, height, width, cells } of phases) {
          multiply({
            x: origin,
            weights: filter.buffer,
            out: target + (row * inWidth + column) * wide * 4,
            cells,
            channels: wide,
            images: batch,
            height,
            width,
            from: pixelSteps(frame.height, frame.width, wide),
            to: pixelSteps(inHeight, inWidth, wide, strideHeight, strideWidth),
          });
        }
        if (multiplier > 1) overPixels('sumChannels', target, out.buffer, out.size / channels, channels, multiplier);
      });
    },

    depthwiseConv2dFilterGradient(x, outputGradient, out, geometry) {
      // Without images there is no chunk to write the zeros.
      if (outputGradient.size === 0) return kernels().fill(out, 0);
      const { batch, outHeight, outWidth, channels, multiplier } = geometry;
      const wide = channels * multiplier;
      runtime.scope(() => {
        const repeated = repeat(x.buffer, x.size / channels, channels, multiplier);
        const frame = inputFrame(runtime, repeated, wide, geometry);
        const cells = runtime.table(cellOffsets(geometry, frame).flatMap((offset, cell) => [offset, cell * wide * 4]));
        const cellsEnd = cells + (out.size * 2 * 4) / wide;
        const lines = batch * outHeight;
        const linesPerChunk = Math.ceil(lines / PARTS);
        const count = Math.ceil(lines / linesPerChunk);
        const partStride = Math.ceil(out.size / 16) * 64;
        const parts = count > 1 ? runtime.temporary(count * partStride) : out.buffer;
        const steps = windowSteps(geometry, frame);
        runtime.launch('depthwiseFilterGradient', count, [
          ...[frame.address, outputGradient.buffer, parts, partStride, cells, cellsEnd, wide, lines, linesPerChunk],
          ...[outHeight, outWidth, steps.image, steps.line, steps.place],
        ]);
        if (count > 1) sumParts(runtime, parts, out.buffer, out.size, count, partStride);
      });
    },
  };

  function multiply({ x, weights, out, cells, channels, images, height, width, from, to }: Product): void {
    const table = runtime.table(cells.flatMap(({ cell, offset }) => [offset, cell * channels * 4]));
    const lines = images * height;
    const linesPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / (width * channels * Math.max(1, cells.length)));
    runtime.launch('depthwiseProduct', Math.ceil(lines / linesPerChunk), [
      ...[x, weights, out, table, table + cells.length * 8, channels, lines, linesPerChunk, height, width],
      ...[from.image, from.line, from.place, to.image, to.line, to.place],
    ]);
  }

  function repeat(x: number, pixels: number, channels: number, multiplier: number): number {
    if (multiplier === 1) return x;
    const repeated = runtime.temporary(pixels * channels * multiplier * 4);
    overPixels('repeatChannels', x, repeated, pixels, channels, multiplier);
    return repeated;
  }

  function overPixels(
    kernel: string,
    x: number,
    out: number,
    pixels: number,
    channels: number,
    multiplier: number,
  ): void {
    const perChunk = Math.ceil(ELEMENTS_PER_CHUNK / (channels * multiplier));
    runtime.launch(kernel, Math.ceil(pixels / perChunk), [x, out, channels, multiplier, pixels, perChunk]);
  }
}
