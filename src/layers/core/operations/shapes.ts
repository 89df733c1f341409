import { ValueError } from '../../../base/errors.js';
import { anyOf, integer, listOf, number, oneOf } from '../../../base/options.js';
import { normalizeAxis } from '../../../base/shape.js';
import { broadcastTo, tile } from '../../../ops/broadcast.js';
import { concat, split, stack } from '../../../ops/concat.js';
import { mirrorPad, pad } from '../../../ops/pad.js';
import { expandDims, flatten, reshape, squeeze } from '../../../ops/reshape.js';
import { reverse } from '../../../ops/reverse.js';
import { transpose } from '../../../ops/transpose.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { AXES, axisFrom, type Operation, operationWith, unaryWith } from './definition.js';
import { getItem } from './get-item.js';

/* Operations that move values. */

const sizes = listOf(integer());

/** Split at positions along an axis, or in equal parts. */
function parts(x: Tensor, at: number | readonly number[], axis: number): Tensor[] {
  if (typeof at === 'number') return split(x, at, axis);
  const ends = [...at, x.shape[normalizeAxis('Split', axis, x.rank)]];
  return split(
    x,
    ends.map((end, index) => end - (index > 0 ? ends[index - 1] : 0)),
    axis,
  );
}

/** Insert axes of size 1, at places of the result. */
function expanded(x: Tensor, axis: number | readonly number[]): Tensor {
  const places = [axis].flat();
  const rank = x.rank + places.length;
  return places
    .map((place) => normalizeAxis('ExpandDims', place, rank))
    .sort((a, b) => a - b)
    .reduce((result, place) => expandDims(result, place), x);
}

function swapped(x: Tensor, first: number, second: number): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const [a, b] = [first, second].map((axis) => normalizeAxis('Swapaxes', axis, x.rank));
  [axes[a], axes[b]] = [b, a];
  return transpose(x, axes);
}

/** Repeat each value along an axis; without one, of the flat tensor. */
function repeated(x: Tensor, count: number, axis: number | undefined): Tensor {
  if (axis === undefined) return repeated(flatten(x), count, 0);
  const place = normalizeAxis('Repeat', axis, x.rank);
  const inserted = expandDims(x, place + 1);
  const times = inserted.shape.map((_, each) => (each === place + 1 ? count : 1));
  return reshape(
    tile(inserted, times),
    x.shape.map((size, each) => (each === place ? size * count : size)),
  );
}

/** NumPy's form: a missing axis in front of either is of size 1. */
function tiled(x: Tensor, repeats: number | readonly number[]): Tensor {
  const times = [repeats].flat();
  const rank = Math.max(x.rank, times.length);
  const ones = (count: number) => new Array<number>(count).fill(1);
  return tile(reshape(x, [...ones(rank - x.rank), ...x.shape]), [...ones(rank - times.length), ...times]);
}

function padded(x: Tensor, width: number | readonly (number | readonly number[])[], mode: string, value: number) {
  const pairs = Array.isArray(width) && Array.isArray(width[0]) ? (width as number[][]) : [[width].flat() as number[]];
  const all = pairs.length === 1 ? x.shape.map(() => pairs[0]) : pairs;
  const both = all.map(([before, after]): [number, number] => [before, after ?? before]);
  if (mode === 'constant') return pad(x, both, value);
  if (value !== 0) throw new ValueError(`constantValues is ${value} with mode ${mode}, expected 0`);
  return mirrorPad(x, both, mode as 'reflect' | 'symmetric');
}

export const SHAPES = {
  BroadcastTo: unaryWith({ shape: sizes }, (x, { shape }) => broadcastTo(x, shape)),
  Concatenate: operationWith('list', axisFrom(0), (operands, { axis }) => concat(operands, axis)),
  ExpandDims: unaryWith({ axis: anyOf(integer(), sizes) }, (x, { axis }) => expanded(x, axis)),
  Flip: unaryWith({ axis: AXES }, (x, { axis }) => reverse(x, axis)),
  GetItem: getItem,
  Pad: unaryWith(
    {
      padWidth: anyOf(integer(), sizes, listOf(sizes)),
      mode: oneOf(['constant', 'reflect', 'symmetric']).default('constant'),
      constantValues: number().default(0),
    },
    (x, { padWidth, mode, constantValues }) => padded(x, padWidth, mode, constantValues),
  ),
  Ravel: unaryWith({}, (x) => flatten(x)),
  Repeat: unaryWith({ repeats: integer({ min: 1 }), axis: integer().optional() }, (x, { repeats, axis }) =>
    repeated(x, repeats, axis),
  ),
  Reshape: unaryWith({ newshape: sizes }, (x, { newshape }) => reshape(x, newshape)),
  Split: unaryWith({ indicesOrSections: anyOf(integer({ min: 1 }), sizes), ...axisFrom(0) }, (x, options) =>
    parts(x, options.indicesOrSections, options.axis),
  ),
  Squeeze: unaryWith({ axis: AXES }, (x, { axis }) => squeeze(x, axis === undefined ? undefined : [axis].flat())),
  Stack: operationWith('list', axisFrom(0), (operands, { axis }) => stack(operands, axis)),
  Swapaxes: unaryWith({ axis1: integer(), axis2: integer() }, (x, { axis1, axis2 }) => swapped(x, axis1, axis2)),
  Tile: unaryWith({ repeats: anyOf(integer(), sizes) }, (x, { repeats }) => tiled(x, repeats)),
  Transpose: unaryWith({ axes: sizes.optional() }, (x, { axes }) => transpose(x, axes)),
} satisfies Readonly<Record<string, Operation>>;
