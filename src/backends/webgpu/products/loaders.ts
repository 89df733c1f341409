/**
 * How a product reads one operand. A line is a row of A or a column of B; a cell is a place along k, which both share.
 * Values that depend on a line alone are computed once, before the loop over k, and those of a cell once for all lines
 * of a thread: an element takes one addition, or for a window two comparisons.
 */
export interface Loader {
  /** Tells the text. */
  readonly name: string;
  /** Of one operand's lines and cells; `$` is the operand, `A` or `B`. */
  readonly declarations: string;
  /** Uniforms that it reads; two operands may share some. */
  readonly uniforms: Readonly<Record<string, Field>>;
  /** Four neighbours that are adjacent in memory and may be read as one vector; null if they are not. */
  readonly wide: 'k' | 'line' | null;
}

export type Field = readonly [type: 'u32' | 'i32' | 'f32', value: number];

const element = (wide: Loader['wide']): string => (wide ? 'vec4<f32>' : 'f32');

/** Reads an element or zero, without a branch: neighbouring threads do both at once. */
const readIf = (condition: string, wide: Loader['wide'], index: string): string =>
  `let isThere = ${condition};
  let place = select(0u, ${index}, isThere);
  return select(${element(wide)}(), values$[${wide ? 'place / 4u' : 'place'}], isThere);`;

/**
 * A matrix: element (line, k) is at first + line · lineStep + k · kStep, wherever that leads, so that a transposed one
 * is the same text.
 */
export function matrixLoader(
  operand: 'A' | 'B',
  steps: { readonly line: number; readonly k: number; readonly entry: number; readonly list?: number },
  wide: Loader['wide'],
): Loader {
  const isListed = steps.list !== undefined;
  const entry = isListed ? 'matrices[u.list$ + entry]' : 'entry';
  return {
    name: `matrix ${wide}${isListed ? ' listed' : ''}`,
    wide,
    uniforms: {
      [`line${operand}`]: ['u32', steps.line],
      [`step${operand}`]: ['u32', steps.k],
      [`entry${operand}`]: ['u32', steps.entry],
      ...(isListed && { [`list${operand}`]: ['u32', steps.list!] as Field }),
    },
    declarations: `struct Line$ { at: u32 }
struct Cell$ { at: u32, isInside: bool }
fn line$(line: u32) -> Line$ {
  return Line$(${entry} * u.entry$ + line * u.line$);
}
fn cell$(k: u32) -> Cell$ {
  return Cell$(k * u.step$, k < u.k);
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  ${readIf('cell.isInside', wide, 'line.at + cell.at')}
}`,
  };
}

/** Uniforms of windows. */
export interface WindowUniforms extends Readonly<Record<string, Field>> {}

/** Where the window of output number `index` begins, and in which image. */
const PIXEL = `let column = index % u.outWidth;
  let row = index / u.outWidth % u.outHeight;
  let image = index / u.outWidth / u.outHeight;`;

/** Row and column of a cell of the filter, and the channel, of number `index`. */
const TAP = (channels: string) => `let channel = index % u.${channels};
  let tap = index / u.${channels};
  let p = i32(tap / u.filterWidth * u.dilationHeight);
  let q = i32(tap % u.filterWidth * u.dilationWidth);`;

/**
 * The images under a convolution's windows, [outputs, cells · channels], which is never stored: (pixel, tap) is the
 * element of x under that cell of the window of that output, or zero beyond the edges.
 * @param pixels which of the two is a line: the pixels for the convolution, the taps for the gradient of its filter
 */
export function windowLoader(pixels: 'lines' | 'cells', isWide: boolean, uniforms: WindowUniforms): Loader {
  const wide = isWide ? (pixels === 'lines' ? 'k' : 'line') : null;
  const [pixel, tap] = pixels === 'lines' ? ['line', 'cell'] : ['cell', 'line'];
  const name = (part: string) => (part === 'line' ? 'Line' : 'Cell');
  const inside = (part: string) => (part === 'cell' ? ', index < u.k' : ', true');
  return {
    name: `windows ${pixels} ${wide}`,
    wide,
    uniforms,
    declarations: `struct ${name(pixel)}$ { image: u32, y: i32, z: i32, isInside: bool }
struct ${name(tap)}$ { y: i32, z: i32, channel: u32, isInside: bool }
fn ${pixel}$(index: u32) -> ${name(pixel)}$ {
  ${PIXEL}
  let y = i32(row * u.strideHeight) - u.padTop;
  let z = i32(column * u.strideWidth) - u.padLeft;
  return ${name(pixel)}$(image * u.inHeight, y, z${inside(pixel)});
}
fn ${tap}$(index: u32) -> ${name(tap)}$ {
  ${TAP('groupIn')}
  return ${name(tap)}$(p, q, entry * u.groupIn + channel${inside(tap)});
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  let y = u32(${pixel}.y + ${tap}.y);
  let z = u32(${pixel}.z + ${tap}.z);
  let under = (${pixel}.image + y) * u.inWidth + z;
  ${readIf('y < u.inHeight && z < u.inWidth && cell.isInside', wide, `under * u.inChannels + ${tap}.channel`)}
}`,
  };
}

/**
 * The outputs over a pixel of x, [pixels, cells · outputs' channels]: (pixel, tap) is the gradient of the output whose
 * window has that cell over the pixel, or zero where there is none.
 */
export function outputLoader(isWide: boolean, isStrided: boolean, uniforms: WindowUniforms): Loader {
  const wide = isWide ? 'k' : null;
  // Left of zero a difference wraps, and is larger than any image. Sides of images are far below 2²²: a product of
  // floats divides them exactly, for a tenth of what a division takes.
  const place = isStrided
    ? `let down = u32(line.y - cell.y);
  let right = u32(line.z - cell.z);
  let i = u32((f32(down) + 0.5) * u.perStrideHeight);
  let j = u32((f32(right) + 0.5) * u.perStrideWidth);
  let isHit = i * u.strideHeight == down && j * u.strideWidth == right;`
    : `let i = u32(line.y - cell.y);
  let j = u32(line.z - cell.z);
  let isHit = true;`;
  return {
    name: `outputs ${wide} ${isStrided}`,
    wide,
    uniforms,
    declarations: `struct Line$ { image: u32, y: i32, z: i32 }
struct Cell$ { y: i32, z: i32, channel: u32, isInside: bool }
fn line$(index: u32) -> Line$ {
  let column = index % u.inWidth;
  let row = index / u.inWidth % u.inHeight;
  let image = index / u.inWidth / u.inHeight;
  return Line$(image * u.outHeight, i32(row) + u.padTop, i32(column) + u.padLeft);
}
fn cell$(index: u32) -> Cell$ {
  ${TAP('groupOut')}
  return Cell$(p, q, entry * u.groupOut + channel, index < u.k);
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  ${place}
  let over = (line.image + i) * u.outWidth + j;
  ${readIf('isHit && i < u.outHeight && j < u.outWidth && cell.isInside', wide, 'over * u.outChannels + cell.channel')}
}`,
  };
}

/** The filter as the gradient of x reads it: (channel of x, tap of the outputs' channels). */
export function turnedFilterLoader(isWide: boolean, uniforms: WindowUniforms): Loader {
  const wide = isWide ? 'k' : null;
  return {
    name: `turned filter ${wide}`,
    wide,
    uniforms,
    declarations: `struct Line$ { at: u32 }
struct Cell$ { at: u32, isInside: bool }
fn line$(channel: u32) -> Line$ {
  return Line$(channel * u.outChannels + entry * u.groupOut);
}
fn cell$(index: u32) -> Cell$ {
  let tap = index / u.groupOut;
  return Cell$(tap * u.groupIn * u.outChannels + index % u.groupOut, index < u.k);
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  ${readIf('cell.isInside', wide, 'line.at + cell.at')}
}`,
  };
}
