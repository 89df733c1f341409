/**
 * Rows of A in a register tile: 12 accumulators of 6×8 fit next to fused multiply-adds, a separate product needs room
 * for itself.
 */
export const ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** a · b + c in each lane; rounded once where the variant has fused multiply-adds. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
