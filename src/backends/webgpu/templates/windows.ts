import type { WindowGeometry } from '../../../base/geometry.js';
import { type Program, THREADS } from '../runtime/program.js';

/*
 * The two walks of convolution and pooling. Cell (p, q) of output (i, j)'s window is at pixel (y, z) of the same
 * image, where i · stride + p · dilation − pad = y, and the columns likewise. Beyond the edges is padding, which is not
 * visits.
 */

/** Uniforms of a window, in the order of `windowValues`. Coordinates may be left of zero, so they are signed. */
export const WINDOW_FIELDS = [
  'inHeight: i32',
  'inWidth: i32',
  'outHeight: i32',
  'outWidth: i32',
  'filterHeight: i32',
  'filterWidth: i32',
  'strideHeight: i32',
  'strideWidth: i32',
  'dilationHeight: i32',
  'dilationWidth: i32',
  'padTop: i32',
  'padLeft: i32',
] as const;

export const windowValues = (geometry: WindowGeometry): number[] => [
  geometry.inHeight,
  geometry.inWidth,
  geometry.outHeight,
  geometry.outWidth,
  geometry.filterHeight,
  geometry.filterWidth,
  geometry.strideHeight,
  geometry.strideWidth,
  geometry.dilationHeight,
  geometry.dilationWidth,
  geometry.padTop,
  geometry.padLeft,
];

/**
 * Lines for an output at `image`, `row`, `column`: `visit` each pixel of its window, number `under`, in cell `cell`.
 */
export const eachPixelUnder = (visit: string): string => `for (var p = 0; p < u.filterHeight; p++) {
    let y = row * u.strideHeight + p * u.dilationHeight - u.padTop;
    if (y < 0 || y >= u.inHeight) { continue; }
    for (var q = 0; q < u.filterWidth; q++) {
      let z = column * u.strideWidth + q * u.dilationWidth - u.padLeft;
      if (z < 0 || z >= u.inWidth) { continue; }
      let under = u32((image * u.inHeight + y) * u.inWidth + z);
      let cell = u32(p * u.filterWidth + q);
      ${visit}
    }
  }`;

/**
 * Lines for a pixel at `image`, `row`, `column`: `visit` each output whose window contains it, number `over` at (i, j),
 * where the pixel is in cell `cell`. Outputs are walked upwards and to the left, so that a stride skips no cells.
 */
export const eachOutputOver = (visit: string): string => `let down = row + u.padTop;
  let right = column + u.padLeft;
  let lowest = min(down / u.strideHeight, u.outHeight - 1);
  let rightmost = min(right / u.strideWidth, u.outWidth - 1);
  for (var i = lowest; i >= 0; i--) {
    let p = (down - i * u.strideHeight) / u.dilationHeight;
    if (p >= u.filterHeight) { break; }
    if (p * u.dilationHeight != down - i * u.strideHeight) { continue; }
    for (var j = rightmost; j >= 0; j--) {
      let q = (right - j * u.strideWidth) / u.dilationWidth;
      if (q >= u.filterWidth) { break; }
      if (q * u.dilationWidth != right - j * u.strideWidth) { continue; }
      let over = u32((image * u.outHeight + i) * u.outWidth + j);
      let cell = u32(p * u.filterWidth + q);
      ${visit}
    }
  }`;

/** One element a thread, or four channels of one pixel. */
export type Width = 1 | 4;

export const vectorOf = (width: Width): string => (width === 4 ? 'vec4<f32>' : 'f32');

/** Vectors of channels where all pixels begin at one. */
export const widthFor = (channels: number): Width => (channels % 4 === 0 ? 4 : 1);

export interface WindowProgram {
  readonly reads: readonly string[];
  readonly write: string;
  /** Whether threads are the pixels of x, else those of the output. */
  readonly side: 'in' | 'out';
  readonly uniforms?: readonly string[];
  readonly declarations?: string;
  /** Lines that write `y[thread]`. */
  readonly body: string;
}

/** A thread for each element of one side; `channel` of `u.channels`, both counted in vectors. */
export function windowProgram({ reads, write, side, uniforms = [], declarations, body }: WindowProgram): Program {
  return {
    reads,
    writes: [write],
    uniforms: ['count: u32', 'channels: u32', ...WINDOW_FIELDS, ...uniforms],
    declarations,
    main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.count) { return; }
  let pixel = thread / u.channels;
  let channel = thread - pixel * u.channels;
  let line = i32(pixel) / u.${side}Width;
  let column = i32(pixel) - line * u.${side}Width;
  let image = line / u.${side}Height;
  let row = line - image * u.${side}Height;
  ${body}`,
  };
}
