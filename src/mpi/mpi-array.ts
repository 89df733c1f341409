import { ValueError } from '../base/errors.js';
import type { ElementType } from './handles.js';

/** Arrays of collective calls: views of ordinary or shared memory, changed in place. */
export type MpiArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Maximum elements of one MPI call, whose counts are C ints. */
export const LARGEST_COUNT = 2 ** 31 - 1;

export function elementType(values: MpiArray): ElementType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint8Array) return 'uint8';
  throw new ValueError(
    `mpi: values are ${Object.prototype.toString.call(values)}, expected a Float32Array, Float64Array, Int32Array or Uint8Array`,
  );
}

/** The parts of an array that fit into one MPI call. */
export function* partsOf(values: MpiArray): Generator<MpiArray> {
  for (let start = 0; start < values.length; start += LARGEST_COUNT) {
    yield values.subarray(start, start + LARGEST_COUNT);
  }
}
