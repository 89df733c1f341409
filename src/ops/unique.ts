import { ShapeError } from '../base/errors.js';
import { formatShape, normalizeAxis, sizeOf } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { gather } from './gather.js';

/* Ops whose output shapes depend on values, which are therefore read. */

/**
 * The distinct slices along an axis, in the order in which they first occur.
 * @param axis default 0
 * @returns values, and int32 indices: which of them each slice of x is
 * @throws BackendError where memory is not visible to the host
 * @example unique([3, 1, 3, 2]).values // [3, 1, 2]
 */
export function unique(x: TensorLike, axis?: number | null): { values: Tensor; indices: Tensor } {
  return tidy(() => {
    const value = toTensor('unique', 'x', x);
    const place = normalizeAxis('unique', axis ?? 0, value.rank);
    const { shape } = value;
    const [outer, size, inner] = [sizeOf(shape.slice(0, place)), shape[place], sizeOf(shape.slice(place + 1))];
    const data = value.dataSync();
    const known = new Map<string, number>();
    const firsts: number[] = [];
    const indices = Int32Array.from({ length: size }, (_, i) => {
      const parts = Array.from({ length: outer }, (_, o) => {
        const begin = (o * size + i) * inner;
        return data.subarray(begin, begin + inner).join();
      });
      const key = parts.join(';');
      if (!known.has(key)) {
        known.set(key, firsts.length);
        firsts.push(i);
      }
      return known.get(key)!;
    });
    return { values: gather(value, firsts, place), indices: upload(indices, [size], 'int32') };
  });
}

/**
 * The values of x that y does not have, and their places in x.
 * @param x rank 1
 * @param y rank 1
 * @returns [values, int32 indices]
 * @throws ShapeError
 * @example const [values, indices] = await setdiff1dAsync([1, 2, 3], [2]);
 */
export async function setdiff1dAsync(x: TensorLike, y: TensorLike): Promise<[Tensor, Tensor]> {
  const value = toTensor('setdiff1dAsync', 'x', x);
  const other = toTensor('setdiff1dAsync', 'y', y, value.dtype);
  for (const [name, { rank, shape }] of Object.entries({ x: value, y: other })) {
    if (rank !== 1) throw new ShapeError(`setdiff1dAsync: ${name} is ${formatShape(shape)}, expected rank 1`);
  }
  const [values, excluded] = await Promise.all([value.data(), other.data()]);
  const known = new Set<number>(excluded);
  const places = Array.from(values, (_, i) => i).filter((i) => !known.has(values[i]));
  const kept = Float64Array.from(places, (i) => values[i]);
  const result: [Tensor, Tensor] = [
    upload(kept, [places.length], value.dtype),
    upload(Int32Array.from(places), [places.length], 'int32'),
  ];
  if (value !== x) value.dispose();
  if (other !== y) other.dispose();
  return result;
}
