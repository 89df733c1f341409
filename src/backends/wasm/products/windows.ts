import type { WindowGeometry } from '../../../base/geometry.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from '../runtime.js';

/** From one row of a product to its neighbours, in bytes. */
export interface Steps {
  readonly image: number;
  readonly line: number;
  readonly place: number;
}

/** Images in linear memory, framed by zeros if need be. */
export interface Frame {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * By a loop, as tables are: `Array.from` and `flatMap` with a function take V8 a µs each, dozens of times a training
 * step.
 */
export function range(length: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < length; i++) numbers.push(i);
  return numbers;
}

/** A frame of zeros costs one pass over the images; the inner loops then never ask where an image ends. */
function framed(runtime: Runtime, x: Frame, images: number, { top, bottom, left, right }: Margins): Frame {
  if (top + bottom + left + right === 0) return x;
  const height = x.height + top + bottom;
  const width = x.width + left + right;
  const address = runtime.temporary(images * height * width * x.channels * 4);
  const rows = images * height;
  const rowsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / (width * x.channels));
  const frame = [x.address, address, x.height, x.width, top, left, height, width, x.channels, rows, rowsPerChunk];
  runtime.launch('padImages', Math.ceil(rows / rowsPerChunk), frame);
  return { address, height, width, channels: x.channels };
}

/** The input in the frame of its padding. */
export function inputFrame(runtime: Runtime, address: number, channels: number, geometry: WindowGeometry): Frame {
  const { batch, inHeight, inWidth, padTop, padBottom, padLeft, padRight } = geometry;
  const image = { address, height: inHeight, width: inWidth, channels };
  return framed(runtime, image, batch, { top: padTop, bottom: padBottom, left: padLeft, right: padRight });
}

/** Offset of each cell of a window from its first pixel, in bytes, row by row. */
export function cellOffsets(geometry: WindowGeometry, frame: Frame): number[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth } = geometry;
  return range(filterHeight * filterWidth).map((cell) => {
    const y = Math.floor(cell / filterWidth) * dilationHeight;
    const x = (cell % filterWidth) * dilationWidth;
    return (y * frame.width + x) * frame.channels * 4;
  });
}

/** From the window of one output pixel to those of its neighbours. */
export function windowSteps(geometry: WindowGeometry, frame: Frame): Steps {
  return pixelSteps(frame.height, frame.width, frame.channels, geometry.strideHeight, geometry.strideWidth);
}

/** From one pixel of images to the next that is taken. */
export const pixelSteps = (
  height: number,
  width: number,
  channels: number,
  strideHeight = 1,
  strideWidth = 1,
): Steps => ({
  image: height * width * channels * 4,
  line: strideHeight * width * channels * 4,
  place: strideWidth * channels * 4,
});

interface AxisPhase {
  readonly phase: number;
  readonly count: number;
  readonly cells: readonly { readonly cell: number; readonly shift: number }[];
}

/**
 * One axis of an input gradient. Input pixels that leave the same rest when divided by the stride (a phase) meet the
 * same window cells: pixel `phase + stride · t` takes from output pixel `t + shift` through each cell listed.
 */
function axisPhases(input: number, window: number, stride: number, dilation: number, before: number): AxisPhase[] {
  return range(Math.min(stride, input)).map((phase) => ({
    phase,
    count: Math.ceil((input - phase) / stride),
    cells: range(window)
      .filter((cell) => (phase + before - cell * dilation) % stride === 0)
      .map((cell) => ({ cell, shift: (phase + before - cell * dilation) / stride }))
      .reverse(),
  }));
}

/** Zeros that phases read before and after the output's pixels. */
function marginsOf(phases: readonly AxisPhase[], out: number): [before: number, after: number] {
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

/** One phase of both axes: a convolution with stride 1 of the output's gradient, over some cells of the window. */
export interface Phase {
  /** First input pixel, and pixels along each axis. */
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
  /** Cell of the window, and the offset of its gradient from `origin` in bytes; ascending. */
  readonly cells: readonly { readonly cell: number; readonly offset: number }[];
}

export interface Phases {
  readonly frame: Frame;
  /** Address of the gradient's first pixel inside the frame. */
  readonly origin: number;
  readonly phases: readonly Phase[];
}

/** Frames an output's gradient and finds what each input pixel takes from it. */
export function gradientPhases(runtime: Runtime, gradient: number, channels: number, geometry: WindowGeometry): Phases {
  const { batch, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const { dilationHeight, dilationWidth } = geometry;
  const rows = axisPhases(geometry.inHeight, filterHeight, strideHeight, dilationHeight, geometry.padTop);
  const columns = axisPhases(geometry.inWidth, filterWidth, strideWidth, dilationWidth, geometry.padLeft);
  const [top, bottom] = marginsOf(rows, outHeight);
  const [left, right] = marginsOf(columns, outWidth);
  const image = { address: gradient, height: outHeight, width: outWidth, channels };
  const frame = framed(runtime, image, batch, { top, bottom, left, right });
  const phases = rows.flatMap((row) =>
    columns.map((column) => ({
      row: row.phase,
      column: column.phase,
      height: row.count,
      width: column.count,
      cells: row.cells.flatMap((y) =>
        column.cells.map((x) => ({
          cell: y.cell * filterWidth + x.cell,
          offset: (y.shift * frame.width + x.shift) * channels * 4,
        })),
      ),
    })),
  );
  return { frame, origin: frame.address + (top * frame.width + left) * channels * 4, phases };
}
