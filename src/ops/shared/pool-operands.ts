import type { DType } from '../../base/dtype.js';
import type { DimRoundingMode, Padding, Pair, PoolGeometry } from '../../base/geometry.js';
import type { Inferred } from '../op.js';

export interface PoolOptions {
  readonly filterSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dimRoundingMode: DimRoundingMode | null;
}

/** Complete the arguments of a pooling op. */
export const poolOptions = (
  filterSize: Pair,
  strides: Pair | null | undefined,
  padding: Padding | null | undefined,
  dimRoundingMode: DimRoundingMode | null | undefined,
): PoolOptions => ({
  filterSize,
  strides: strides ?? filterSize,
  padding: padding ?? 'valid',
  dimRoundingMode: dimRoundingMode ?? null,
});

/** The shape rule of ops whose output has a value for each window and channel */
export const pooled = (geometry: PoolGeometry, dtype: DType): Inferred<PoolGeometry> => ({
  shape: [geometry.batch, geometry.outHeight, geometry.outWidth, geometry.channels],
  dtype,
  plan: geometry,
});
