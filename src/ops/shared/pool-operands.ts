import type { DType } from '../../base/dtype.js';
import type { Padding, Pair, PoolGeometry } from '../../base/geometry.js';
import type { Inferred } from '../op.js';

/** @internal */
export interface PoolOptions {
  readonly filterSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

/** @internal the shape rule of ops whose output has a value for each window and channel */
export const pooled = (geometry: PoolGeometry, dtype: DType): Inferred<PoolGeometry> => ({
  shape: [geometry.batch, geometry.outHeight, geometry.outWidth, geometry.channels],
  dtype,
  plan: geometry,
});
