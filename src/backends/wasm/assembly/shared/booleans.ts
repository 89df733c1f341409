/* A boolean is a byte of 0 or 1 in memory, a lane of all zeros or all ones in a register. */

/** Where a float is not 0; NaN counts as true. */
// @ts-ignore: decorator
@inline
export function isTrue(x: v128): v128 {
  return f32x4.ne(x, f32x4.splat(0));
}

/** Four bytes as four masks. */
// @ts-ignore: decorator
@inline
export function loadMasks(from: usize): v128 {
  const integers = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
  return i32x4.ne(integers, i32x4.splat(0));
}

/** Four masks as four bytes of 0 or 1. */
// @ts-ignore: decorator
@inline
export function storeBooleans(out: usize, masks: v128): void {
  const halves = i16x8.narrow_i32x4_s(masks, masks);
  const bytes = v128.and(i8x16.narrow_i16x8_s(halves, halves), i8x16.splat(1));
  v128.store32_lane(out, bytes, 0);
}
