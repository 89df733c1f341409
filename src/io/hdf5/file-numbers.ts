import type { StoredArray } from '../bytes/stored-array.js';
import type { Hdf5Numbers } from './write.js';

/** Keras's integer variables, such as the number of updates, have 64 bits. */
export const fileNumbers = ({ values }: StoredArray): Hdf5Numbers =>
  values instanceof Int32Array ? BigInt64Array.from(values, BigInt) : values;
