import type { ConvGeometry } from '../../geometry.js';
import type { Kernels } from '../kernels.js';
import { activate, clampOf } from './matmul.js';
import { columnsProduct, joinSegments, packPanels, rowsProduct, type Segment } from './products.js';
import { ELEMENTS_PER_TILE, type Runtime } from './runtime.js';

/** Images in linear memory, framed by zeros if need be. */
interface Frame {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A frame of zeros costs one pass over the images; the register tiles then never ask where an image ends. */
export function framed(runtime: Runtime, x: Frame, images: number, { top, bottom, left, right }: Margins): Frame {
  if (top + bottom + left + right === 0) return x;
  const height = x.height + top + bottom;
  const width = x.width + left + right;
  const address = runtime.temporary(images * height * width * x.channels * 4);
  const rows = images * height;
  const rowsPerTile = Math.ceil(ELEMENTS_PER_TILE / (width * x.channels));
  const frame = [x.address, address, x.height, x.width, top, left, height, width, x.channels, rows, rowsPerTile];
  runtime.run('padImages', Math.ceil(rows / rowsPerTile), frame);
  return { address, height, width, channels: x.channels };
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Where the cells of a window lie from its first pixel: `channels` floats each, joined where they are neighbours. */
function windowSegments(geometry: ConvGeometry, frame: Frame): Segment[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, groups } = geometry;
  const cells = range(filterHeight * filterWidth).map((cell) => {
    const y = Math.floor(cell / filterWidth) * dilationHeight;
    const x = (cell % filterWidth) * dilationWidth;
    return { offset: (y * frame.width + x) * frame.channels * 4, length: frame.channels / groups };
  });
  return joinSegments(cells, 4);
}

/** From the window of one output pixel to that of its neighbours, in bytes. */
function windowSteps(geometry: ConvGeometry, frame: Frame) {
  const pixel = frame.channels * 4;
  return {
    image: frame.height * frame.width * pixel,
    line: geometry.strideHeight * frame.width * pixel,
    place: geometry.strideWidth * pixel,
  };
}

/**
 * One axis of the input gradient. Input pixels that leave the same rest when divided by the stride (a phase) meet the same window
 * cells: pixel `phase + stride · t` takes from output pixel `t + shift` through each cell listed.
 */
function phasesOf(input: number, window: number, stride: number, dilation: number, before: number) {
  return range(Math.min(stride, input)).map((phase) => ({
    phase,
    count: Math.ceil((input - phase) / stride),
    cells: range(window)
      .filter((cell) => (phase + before - cell * dilation) % stride === 0)
      .map((cell) => ({ cell, shift: (phase + before - cell * dilation) / stride }))
      .reverse(),
  }));
}

type Phase = ReturnType<typeof phasesOf>[number];

/** Zeros that phases read before and after the output's pixels. */
function marginOf(phases: readonly Phase[], out: number): [before: number, after: number] {
  let before = 0;
  let after = 0;
  for (const { count, cells } of phases) {
    for (const { shift } of cells) {
      before = Math.max(before, -shift);
      after = Math.max(after, count - 1 + shift - (out - 1));
    }
  }
  return [before, after];
}

type ConvKernels = Pick<Kernels<number>, 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'>;

/** Convolution as matrix products whose A is never written out: a row of it is found in the image by its segments. */
export function conv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): ConvKernels {
  return {
    conv2d(x, filter, out, geometry, epilogue) {
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, groups } = geometry;
      const columns = outChannels / groups;
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        const image = { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels };
        const frame = framed(runtime, image, batch, inputMargins(geometry));
        const segments = windowSegments(geometry, frame);
        const right = packPanels(runtime, {
          source: filter.buffer,
          segments: [{ offset: 0, length: filter.size / outChannels }],
          kStride: outChannels * 4,
          columnStride: 4,
          columns,
          batch: groups,
          batchStride: columns * 4,
        });
        rowsProduct(runtime, {
          batches: range(groups).map((group) => ({
            a: frame.address + ((group * inChannels) / groups) * 4,
            b: right.address + group * right.batchStride,
            c: out.buffer + group * columns * 4,
            bias: epilogue.bias ? epilogue.bias.buffer + group * columns * 4 : 0,
          })),
          grid: { images: batch, height: outHeight, width: outWidth },
          a: windowSteps(geometry, frame),
          c: pixelSteps(outHeight, outWidth, outChannels, 1, 1),
          columns,
          segments,
          right,
          low,
          high,
        });
      });
      activate(kernels(), out, epilogue);
    },

    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const { batch, inHeight, inWidth, outHeight, outWidth, outChannels, strideHeight, strideWidth } = geometry;
      const { filterHeight, filterWidth, dilationHeight, dilationWidth } = geometry;
      const rows = phasesOf(inHeight, filterHeight, strideHeight, dilationHeight, geometry.padTop);
      const columns = phasesOf(inWidth, filterWidth, strideWidth, dilationWidth, geometry.padLeft);
      const [top, bottom] = marginOf(rows, outHeight);
      const [left, right] = marginOf(columns, outWidth);
      runtime.scope(() => {
        const image = { address: outputGradient.buffer, height: outHeight, width: outWidth, channels: outChannels };
        const frame = framed(runtime, image, batch, { top, bottom, left, right });
        const origin = frame.address + (top * frame.width + left) * outChannels * 4;
        for (const row of rows) {
          for (const column of columns) phaseGradient(origin, frame, filter.buffer, out.buffer, geometry, row, column);
        }
      });
    },

    conv2dFilterGradient(x, outputGradient, out, geometry) {
      // Without images there is no tile to write the zeros.
      if (outputGradient.size === 0) return kernels().fill(out, 0);
      const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, groups } = geometry;
      const columns = outChannels / groups;
      runtime.scope(() => {
        const image = { address: x.buffer, height: inHeight, width: inWidth, channels: inChannels };
        const frame = framed(runtime, image, batch, inputMargins(geometry));
        columnsProduct(runtime, {
          batches: range(groups).map((group) => ({
            a: frame.address + ((group * inChannels) / groups) * 4,
            b: outputGradient.buffer + group * columns * 4,
            c: out.buffer + group * columns * 4,
          })),
          runs: windowSegments(geometry, frame),
          columns,
          cStride: outChannels * 4,
          grid: { images: batch, height: outHeight, width: outWidth },
          a: windowSteps(geometry, frame),
          bStride: outChannels * 4,
          c: { address: out.buffer, size: out.size },
        });
      });
    },
  };

  function phaseGradient(
    origin: number,
    frame: Frame,
    filter: number,
    out: number,
    geometry: ConvGeometry,
    row: Phase,
    column: Phase,
  ): void {
    const { batch, inHeight, inWidth, inChannels, outChannels, groups, filterWidth, strideHeight, strideWidth } =
      geometry;
    const depth = outChannels / groups;
    const columns = inChannels / groups;
    const cells = row.cells.flatMap((y) => column.cells.map((x) => ({ y, x })));
    const right = packPanels(runtime, {
      source: filter,
      segments: cells.map(({ y, x }) => ({
        offset: (y.cell * filterWidth + x.cell) * columns * outChannels * 4,
        length: depth,
      })),
      kStride: 4,
      columnStride: outChannels * 4,
      columns,
      batch: groups,
      batchStride: depth * 4,
    });
    const segments = cells.map(({ y, x }) => ({
      offset: (y.shift * frame.width + x.shift) * outChannels * 4,
      length: depth,
    }));
    const first = out + (row.phase * inWidth + column.phase) * inChannels * 4;
    const pixel = outChannels * 4;
    rowsProduct(runtime, {
      batches: range(groups).map((group) => ({
        a: origin + group * depth * 4,
        b: right.address + group * right.batchStride,
        c: first + group * columns * 4,
        bias: 0,
      })),
      grid: { images: batch, height: row.count, width: column.count },
      a: { image: frame.height * frame.width * pixel, line: frame.width * pixel, place: pixel },
      c: pixelSteps(inHeight, inWidth, inChannels, strideHeight, strideWidth),
      columns,
      segments: joinSegments(segments, 4),
      right,
      low: -Infinity,
      high: Infinity,
    });
  }
}

const inputMargins = (geometry: ConvGeometry): Margins => ({
  top: geometry.padTop,
  bottom: geometry.padBottom,
  left: geometry.padLeft,
  right: geometry.padRight,
});

const pixelSteps = (height: number, width: number, channels: number, strideHeight: number, strideWidth: number) => ({
  image: height * width * channels * 4,
  line: strideHeight * width * channels * 4,
  place: strideWidth * channels * 4,
});
