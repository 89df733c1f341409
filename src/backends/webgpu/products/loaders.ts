/**
 * How a product reads one operand. A line is a row of A or a column of B; a cell is a place along k, which both share.
 * Values that depend on a line alone are computed once, before the loop over k, and those of a cell once for all lines
 * of a thread: an element takes one addition, or for a window two comparisons. `next$` leads from a cell to the one
 * behind it without a division.
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
fn next$(cell: Cell$) -> Cell$ {
  return Cell$(cell.at + u.step$, true);
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  ${readIf('cell.isInside', wide, 'line.at + cell.at')}
}`,
  };
}

/** Uniforms of windows. */
export interface WindowUniforms extends Readonly<Record<string, Field>> {}

/** Where the window of output number `index` begins, and in which image. */
const PIXEL = `let line = index / u.outWidth;
  let image = line / u.outHeight;
  let row = line - image * u.outHeight;
  let column = index - line * u.outWidth;`;

/** Row and column of a cell of the filter, and the channel, of number `index`. */
const TAP = (channels: string) => `let tap = index / u.${channels};
  let channel = index - tap * u.${channels};
  let down = tap / u.filterWidth;
  let p = i32(down * u.dilationHeight);
  let q = i32((tap - down * u.filterWidth) * u.dilationWidth);`;

/** The next channel of the same cell of the filter, or the first of the next cell. */
const nextTap = (channels: string) => `fn next$(cell: Cell$) -> Cell$ {
  let channel = cell.channel + 1u;
  let isCell = channel == (entry + 1u) * u.${channels};
  let z = cell.z + select(0, i32(u.dilationWidth), isCell);
  let isRow = z == i32(u.filterWidth * u.dilationWidth);
  let y = cell.y + select(0, i32(u.dilationHeight), isRow);
  return Cell$(y, select(z, 0, isRow), select(channel, entry * u.${channels}, isCell), true);
}`;

/** The window of the next output. */
const NEXT_PIXEL = `fn next$(cell: Cell$) -> Cell$ {
  let z = cell.z + i32(u.strideWidth);
  let isRow = z == i32(u.outWidth * u.strideWidth) - u.padLeft;
  let y = cell.y + select(0, i32(u.strideHeight), isRow);
  let isImage = y == i32(u.outHeight * u.strideHeight) - u.padTop;
  let image = cell.image + select(0u, u.inHeight, isImage);
  return Cell$(image, select(y, -u.padTop, isImage), select(z, -u.padLeft, isRow), true);
}`;

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
${pixels === 'lines' ? nextTap('groupIn') : NEXT_PIXEL}
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
  // floats divides them exactly, for a tenth of the cost of a division.
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
  let line = index / u.inWidth;
  let image = line / u.inHeight;
  let row = line - image * u.inHeight;
  let column = index - line * u.inWidth;
  return Line$(image * u.outHeight, i32(row) + u.padTop, i32(column) + u.padLeft);
}
fn cell$(index: u32) -> Cell$ {
  ${TAP('groupOut')}
  return Cell$(p, q, entry * u.groupOut + channel, index < u.k);
}
${nextTap('groupOut')}
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
struct Cell$ { at: u32, channel: u32, isInside: bool }
fn line$(channel: u32) -> Line$ {
  return Line$(channel * u.outChannels + entry * u.groupOut);
}
fn cell$(index: u32) -> Cell$ {
  let tap = index / u.groupOut;
  let channel = index - tap * u.groupOut;
  return Cell$(tap * u.groupIn * u.outChannels + channel, channel, index < u.k);
}
fn next$(cell: Cell$) -> Cell$ {
  let channel = cell.channel + 1u;
  let isEnd = channel == u.groupOut;
  let jump = select(0u, u.groupIn * u.outChannels - u.groupOut, isEnd);
  return Cell$(cell.at + 1u + jump, select(channel, 0u, isEnd), true);
}
fn read$(line: Line$, cell: Cell$) -> ${element(wide)} {
  ${readIf('cell.isInside', wide, 'line.at + cell.at')}
}`,
  };
}
