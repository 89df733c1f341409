import { ValueError } from '../../../base/errors.js';
import { accept, listOf } from '../../../base/options.js';
import { isPlainObject } from '../../../base/show.js';
import { reshape } from '../../../ops/reshape.js';
import { reverse } from '../../../ops/reverse.js';
import { stridedSlice } from '../../../ops/slice.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { type Operation, unaryWith } from './definition.js';

interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

/**
 * One index of `x[…]` in Python: a number selects an entry and drops the axis, a slice keeps it, null inserts an axis
 * of size 1, and `'...'` is a full slice for each axis that has no other index.
 */
export type Index = number | null | '...' | Slice;

const ALL: Slice = { start: null, stop: null, step: null };

const isBound = (value: unknown): boolean => value === null || value === undefined || Number.isInteger(value);

export const isIndex = (value: unknown): boolean =>
  value === null ||
  value === '...' ||
  Number.isInteger(value) ||
  (isPlainObject(value) && 'start' in value && [value.start, value.stop, value.step].every(isBound));

// An index that is null has to survive `listOf`, which takes undefined alone for an error.
const index = accept<Index>('an integer, a slice, null or "..."', isIndex);

/** Replace `'...'` by full slices, so that every axis has an index. */
function fullKey(key: readonly Index[], rank: number): Index[] {
  const used = key.filter((each) => each !== null && each !== '...').length;
  if (used > rank) throw new ValueError(`${used} indices for a tensor of rank ${rank}`);
  const at = key.indexOf('...');
  if (at !== key.lastIndexOf('...')) throw new ValueError(`key has '...' twice, expected it once`);
  const rest = new Array<Index>(rank - used).fill(ALL);
  return at < 0 ? [...key, ...rest] : [...key.slice(0, at), ...rest, ...key.slice(at + 1)];
}

/** Entries of an axis that a slice selects, in ascending order: a negative step selects the same entries backwards. */
function forwards({ start, stop, step: given }: Slice, size: number) {
  const step = given ?? 1;
  if (step === 0) throw new ValueError('a slice has a step of 0');
  const bound = (value: number, least: number, most: number): number =>
    Math.min(Math.max(value < 0 ? value + size : value, least), most);
  if (step > 0) {
    const from = bound(start ?? 0, 0, size);
    const count = Math.max(0, Math.ceil((bound(stop ?? size, 0, size) - from) / step));
    return { begin: from, step, count, backwards: false };
  }
  const from = start === null || start === undefined ? size - 1 : bound(start, -1, size - 1);
  const to = stop === null || stop === undefined ? -1 : bound(stop, -1, size - 1);
  const count = Math.max(0, Math.ceil((from - to) / -step));
  return { begin: from + (count - 1) * step, step: -step, count, backwards: true };
}

function sliced(x: Tensor, key: readonly Index[]): Tensor {
  const shape: number[] = [];
  const begin: number[] = [];
  const end: number[] = [];
  const strides: number[] = [];
  const backwards: number[] = [];
  let axis = 0;
  for (const index of fullKey(key, x.rank)) {
    if (index === null) {
      shape.push(1);
      continue;
    }
    const size = x.shape[axis];
    if (typeof index === 'number') {
      const at = index < 0 ? index + size : index;
      if (at < 0 || at >= size) throw new ValueError(`index ${index} along an axis of ${size}`);
      begin.push(at);
      end.push(at + 1);
      strides.push(1);
    } else {
      const part = forwards(index as Slice, size);
      const first = Math.max(part.begin, 0);
      begin.push(first);
      end.push(part.count === 0 ? first : first + (part.count - 1) * part.step + 1);
      strides.push(part.step);
      shape.push(part.count);
      if (part.backwards) backwards.push(axis);
    }
    axis++;
  }
  const part = stridedSlice(x, begin, end, strides);
  return reshape(backwards.length > 0 ? reverse(part, backwards) : part, shape);
}

/** `x[1, :, ::2]`. */
export const getItem: Operation = unaryWith({ key: listOf(index) }, (x, { key }) => sliced(x, key));
