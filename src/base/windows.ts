import { ShapeError, ValueError } from './errors.js';
import { formatShape, type Shape } from './shape.js';
import { show } from './show.js';

type Sides = readonly [number, number];

/**
 * `'same'`: TensorFlow's rule, the larger half of the padding last; a number of pixels on every side; or pixels by
 * side, [[top, bottom], [left, right]], which tfjs writes with [0, 0] before and behind, for batch and channels.
 */
export type Padding = 'same' | 'valid' | number | readonly [Sides, Sides] | readonly [Sides, Sides, Sides, Sides];

/** One number for both, or [height, width]. */
export type Pair = number | readonly [number, number];

/**
 * Handling of a last window that does not fit: `'floor'` drops it, `'ceil'` lets it extend beyond the padding.
 */
export type DimRoundingMode = 'floor' | 'round' | 'ceil';

/**
 * Geometry of sliding windows, computed once and passed to kernels.
 * Output pixel (i, j) and window cell (p, q) read input pixel
 * (i · strideHeight + p · dilationHeight − padTop, j · strideWidth + q · dilationWidth − padLeft).
 */
export interface WindowGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
}

export interface WindowOptions {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilations?: Pair;
  /** Default floor; only where padding is given in pixels, as in tfjs. */
  readonly dimRoundingMode?: DimRoundingMode | null;
}

export function pair(op: string, argument: string, value: Pair): [number, number] {
  const sides = typeof value === 'number' ? [value, value] : value;
  if (!Array.isArray(sides) || sides.length !== 2 || sides.some((side) => !Number.isInteger(side) || side < 1)) {
    throw new ValueError(`${op}: ${argument} is ${show(value)}, expected one or two integers ≥ 1`);
  }
  return [sides[0], sides[1]];
}

interface AxisWindow {
  readonly out: number;
  readonly before: number;
  readonly after: number;
}

type AxisPadding = 'same' | 'valid' | Sides;

function slide(
  caller: string,
  axis: 'height' | 'width',
  input: number,
  window: number,
  stride: number,
  dilation: number,
  padding: AxisPadding,
  round: (windows: number) => number,
): AxisWindow {
  const reach = (window - 1) * dilation + 1;
  if (padding === 'same') {
    const out = Math.ceil(input / stride);
    const total = Math.max((out - 1) * stride + reach - input, 0);
    const before = Math.floor(total / 2);
    return { out, before, after: total - before };
  }
  const [before, after] = padding === 'valid' ? NONE : padding;
  const out = round((input + before + after - reach) / stride) + 1;
  if (out < 1 || input + before + after < reach) {
    throw new ShapeError(
      `${caller}: a window of ${reach} does not fit the ${axis} ${input}${before + after ? ` padded to ${input + before + after}` : ''}`,
    );
  }
  return { out, before, after: Math.max(after, (out - 1) * stride + reach - input - before) };
}

const NONE: Sides = [0, 0];

const isSides = (value: unknown): value is Sides =>
  Array.isArray(value) && value.length === 2 && value.every((side) => Number.isInteger(side) && side >= 0);

const isNone = (value: unknown): boolean => isSides(value) && value[0] === 0 && value[1] === 0;

/** Normalize padding to pixels per side. @throws ValueError */
function axisPaddings(caller: string, padding: Padding): readonly [AxisPadding, AxisPadding] {
  if (padding === 'same' || padding === 'valid') return [padding, padding];
  if (typeof padding === 'number' && isSides([padding, padding])) {
    const sides: Sides = [padding, padding];
    return [sides, sides];
  }
  const list: readonly unknown[] = Array.isArray(padding) ? padding : [];
  const inner = list.length === 4 && isNone(list[0]) && isNone(list[3]) ? list.slice(1, 3) : list;
  if (inner.length === 2 && inner.every(isSides)) return [inner[0], inner[1]];
  const given = typeof padding === 'string' ? padding : show(padding);
  throw new ValueError(
    `${caller}: padding is ${given}, expected 'same', 'valid', an integer ≥ 0 or [[top,bottom],[left,right]]`,
  );
}

const ROUNDING: { readonly [Mode in DimRoundingMode]: (windows: number) => number } = {
  floor: Math.floor,
  round: Math.round,
  ceil: Math.ceil,
};

function roundingOf(caller: string, { dimRoundingMode: mode, padding }: WindowOptions): (windows: number) => number {
  if (mode === undefined || mode === null) return Math.floor;
  if (!Object.hasOwn(ROUNDING, mode)) {
    throw new ValueError(`${caller}: dimRoundingMode is ${show(mode)}, expected 'floor', 'round' or 'ceil'`);
  }
  if (typeof padding === 'string') {
    throw new ValueError(
      `${caller}: dimRoundingMode is '${mode}' with padding '${padding}', expected padding in pixels`,
    );
  }
  return ROUNDING[mode];
}

/**
 * @param x [batch, height, width, channels]
 * @param window [height, width] of the window, in cells
 * @returns an object that the caller completes in place: spreading costs 4 µs, 20 times a step
 */
export function windowGeometry(
  caller: string,
  x: Shape,
  window: readonly [number, number],
  options: WindowOptions,
): WindowGeometry {
  if (x.length !== 4) {
    throw new ShapeError(`${caller}: x is ${formatShape(x)}, expected [batch, height, width, channels]`);
  }
  const [strideHeight, strideWidth] = pair(caller, 'strides', options.strides);
  const [dilationHeight, dilationWidth] = pair(caller, 'dilations', options.dilations ?? 1);
  const [rows, columns] = axisPaddings(caller, options.padding);
  const round = roundingOf(caller, options);
  const height = slide(caller, 'height', x[1], window[0], strideHeight, dilationHeight, rows, round);
  const width = slide(caller, 'width', x[2], window[1], strideWidth, dilationWidth, columns, round);
  return {
    batch: x[0],
    inHeight: x[1],
    inWidth: x[2],
    outHeight: height.out,
    outWidth: width.out,
    filterHeight: window[0],
    filterWidth: window[1],
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop: height.before,
    padBottom: height.after,
    padLeft: width.before,
    padRight: width.after,
  };
}
