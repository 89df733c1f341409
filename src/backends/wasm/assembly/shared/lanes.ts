/** Stores the first `count` lanes, all four if there are more. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, values: v128, count: u32): void {
  if (count >= 4) v128.store(to, values);
  else storeFew(to, values, count);
}

function storeFew(to: usize, values: v128, count: u32): void {
  if (count >= 2) v128.store64_lane(to, values, 0);
  else v128.store32_lane(to, values, 0);
  if (count == 3) v128.store32_lane(to, values, 2, 8);
}

/** The sum of the lanes, in a fixed order. */
export function sumLanes(values: v128): f32 {
  return (
    f32x4.extract_lane(values, 0) +
    f32x4.extract_lane(values, 1) +
    (f32x4.extract_lane(values, 2) + f32x4.extract_lane(values, 3))
  );
}

/** The largest lane, NaN if one is. */
export function largestLane(values: v128): f32 {
  const half = f32x4.max(values, v128.shuffle<f32>(values, values, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(half, v128.shuffle<f32>(half, half, 1, 0, 3, 2)), 0);
}

/** All ones in the lanes below `count`. */
export function lanesBelow(count: u32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** a where the mask is all ones, b where it is zero; masks of comparisons are one or the other. */
// @ts-ignore: decorator
@inline
export function choose(a: v128, b: v128, mask: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_laneselect(a, b, mask) : v128.bitselect(a, b, mask);
}

/** Adds the lanes to four doubles in memory. */
// @ts-ignore: decorator
@inline
export function addDoubles(to: usize, values: v128): void {
  const high = v128.shuffle<f32>(values, values, 2, 3, 0, 1);
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(values)));
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Four rows of four become columns. */
// @ts-ignore: decorator
@inline
export function transpose4x4(to: usize, toStep: usize, from: usize, fromStep: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStep);
  const c = v128.load(from + 2 * fromStep);
  const d = v128.load(from + 3 * fromStep);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2));
  v128.store(to + toStep, v128.shuffle<f64>(abLow, cdLow, 1, 3));
  v128.store(to + 2 * toStep, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
  v128.store(to + 3 * toStep, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
}
