import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { tensor } from './creation.js';
import { gather } from './gather.js';
import { reshape } from './reshape.js';

/* Ops whose output shapes depend on values: the condition is read, and therefore awaited. */

/**
 * Where a condition holds.
 * @param condition bool
 * @returns int32, [count, rank]: a row of coordinates for each place, in reading order
 * @example console.log((await whereAsync(x.isNaN())).arraySync())
 */
export async function whereAsync(condition: TensorLike): Promise<Tensor> {
  const mask = toTensor('whereAsync', 'condition', condition, 'bool');
  const { shape } = mask;
  const values = await mask.data();
  const coordinates: number[] = [];
  let count = 0;
  for (let place = 0; place < values.length; place++) {
    if (!values[place]) continue;
    count++;
    const row: number[] = [];
    for (let axis = shape.length - 1, rest = place; axis >= 0; axis--) {
      row.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    coordinates.push(...row);
  }
  if (mask !== condition) mask.dispose();
  return tensor(coordinates, [count, shape.length], 'int32');
}

/**
 * Return the parts of x for which a mask is true, concatenated.
 * @param mask bool, of the shape of x from `axis` on, or of its first axes
 * @returns `[..., count, ...]`, the masked axes as one
 * @throws ShapeError
 * @example const rows = await booleanMaskAsync(x, logicalNot(any(isNaN(x), 1)))
 */
export async function booleanMaskAsync(x: TensorLike, mask: TensorLike, axis = 0): Promise<Tensor> {
  const value = toTensor('booleanMaskAsync', 'x', x);
  const condition = toTensor('booleanMaskAsync', 'mask', mask, 'bool');
  const { rank, shape, size } = condition;
  if (typeof axis !== 'number') throw new ValueError(`booleanMaskAsync: axis is ${show(axis)}, expected an integer`);
  if (rank === 0 || !sameShape(value.shape.slice(axis, axis + rank), shape)) {
    throw new ShapeError(
      `booleanMaskAsync: mask is ${formatShape(shape)}, expected the shape of x ${formatShape(value.shape)} from axis ${axis} on`,
    );
  }
  const places = [...(await condition.data())].flatMap((holds, place) => (holds ? [place] : []));
  if (condition !== mask) condition.dispose();
  const flat = reshape(value, [...value.shape.slice(0, axis), size, ...value.shape.slice(axis + rank)]);
  const indices = tensor(places, [places.length], 'int32');
  const kept = gather(flat, indices, axis);
  for (const each of [flat, indices, ...(value === x ? [] : [value])]) each.dispose();
  return kept;
}
