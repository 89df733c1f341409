import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';
import { show } from '../../base/show.js';

/** Bit i of a mask is about entry i of begin, end and strides; see `stridedSlice`. */
export interface SliceMasks {
  readonly begin: number;
  readonly end: number;
  readonly ellipsis: number;
  readonly newAxis: number;
  readonly shrinkAxis: number;
}

/** A walk along one axis; `stride` may be negative. */
export interface AxisRange {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

export interface StridedRanges {
  readonly ranges: readonly AxisRange[];
  /** With new axes, and without those that were shrunk. */
  readonly shape: Shape;
}

const has = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;

const whole = (count: number): AxisRange => ({ start: 0, stride: 1, count });

/** Indices as Python's slice(begin, end, stride) takes them; null for a bound that is left out. */
function walk(length: number, begin: number | null, end: number | null, stride: number): AxisRange {
  const [lowest, highest] = stride > 0 ? [0, length] : [-1, length - 1];
  const bound = (index: number): number => Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  const start = begin === null ? (stride > 0 ? lowest : highest) : bound(begin);
  const stop = end === null ? (stride > 0 ? highest : lowest) : bound(end);
  return { start, stride, count: Math.max(0, Math.ceil((stop - start) / stride)) };
}

/** TensorFlow's rule for strided slices: a range for each axis of x, and the shape of the result. */
export function stridedRanges(
  caller: string,
  x: Shape,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
  masks: SliceMasks,
): StridedRanges {
  for (const [name, list] of Object.entries({ begin, end, strides })) {
    if (!Array.isArray(list) || list.length !== begin.length || !list.every(Number.isInteger)) {
      throw new ValueError(`${caller}: ${name} is ${show(list)}, expected ${begin.length} integers`);
    }
  }
  if (strides.includes(0)) throw new ValueError(`${caller}: strides is [${strides}], expected integers other than 0`);
  const entries = begin.map((_, entry) => entry);
  const ellipses = entries.filter((entry) => has(masks.ellipsis, entry));
  if (ellipses.length > 1)
    throw new ValueError(`${caller}: ellipsisMask is ${masks.ellipsis}, expected one bit at most`);
  const named = entries.filter((entry) => !has(masks.ellipsis, entry) && !has(masks.newAxis, entry)).length;
  const unnamed = x.length - named;
  if (unnamed < 0) {
    throw new ShapeError(`${caller}: begin [${begin}] names ${named} axes, x ${formatShape(x)} has ${x.length}`);
  }
  const ranges: AxisRange[] = [];
  const shape: number[] = [];
  const takeRest = (): void => {
    for (let i = 0; i < unnamed; i++) {
      shape.push(x[ranges.length]);
      ranges.push(whole(x[ranges.length]));
    }
  };
  for (const entry of entries) {
    if (has(masks.ellipsis, entry)) takeRest();
    else if (has(masks.newAxis, entry)) shape.push(1);
    else if (has(masks.shrinkAxis, entry)) ranges.push(single(caller, x, ranges.length, begin[entry], strides[entry]));
    else {
      const first = has(masks.begin, entry) ? null : begin[entry];
      const last = has(masks.end, entry) ? null : end[entry];
      const range = walk(x[ranges.length], first, last, strides[entry]);
      ranges.push(range);
      shape.push(range.count);
    }
  }
  if (ellipses.length === 0) takeRest();
  return { ranges, shape };
}

/** The one index of an axis that is shrunk away. */
function single(caller: string, x: Shape, axis: number, index: number, stride: number): AxisRange {
  const length = x[axis];
  if (stride < 0)
    throw new ValueError(`${caller}: the stride of axis ${axis} is ${stride}, expected one > 0: it is shrunk`);
  if (index < -length || index >= length) {
    throw new ValueError(`${caller}: index ${index} of axis ${axis}, expected an integer in [${-length}, ${length})`);
  }
  return { start: index < 0 ? index + length : index, stride: 1, count: 1 };
}
