import { elementsBegin, elementsEnd } from './shared/chunks';

/* Philox-2x32-10, the generator of base/philox.ts, for four neighbouring positions at once: the same bits. */
const ROUNDS = 10;
const MULTIPLIER: u32 = 0xd256d193;
const WEYL: u32 = 0x9e3779b9;

/** The first words for four positions from `position` on. */
// @ts-ignore: decorator
@inline
function randomBits(key: u32, position: u64): v128 {
  const first = i64x2.add(i64x2.splat(position), i64x2(0, 1));
  const second = i64x2.add(first, i64x2.splat(2));
  let low = v128.shuffle<i32>(first, second, 0, 2, 4, 6);
  let high = v128.shuffle<i32>(first, second, 1, 3, 5, 7);
  const multiplier = i32x4.splat(MULTIPLIER);
  for (let round = 0; round < ROUNDS; round++) {
    const front = i64x2.extmul_low_i32x4_u(multiplier, low);
    const back = i64x2.extmul_high_i32x4_u(multiplier, low);
    low = v128.xor(v128.xor(v128.shuffle<i32>(front, back, 1, 3, 5, 7), i32x4.splat(key)), high);
    high = v128.shuffle<i32>(front, back, 0, 2, 4, 6);
    key += WEYL;
  }
  return low;
}

@unmanaged
class RandomUniform {
  counter: u64;
  low: f64;
  high: f64;
  key: u32;
  out: usize;
  size: u32;
}

/** Two floats low + (high − low) · u, computed in float64 as on the host, in the lower lanes. */
// @ts-ignore: decorator
@inline
function scaled(units: v128, low: v128, span: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.add(low, f64x2.mul(span, f64x2.promote_low_f32x4(units))));
}

/** Even values in [low, high). */
export function randomUniform(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const random = changetype<RandomUniform>(job);
  const low = f64x2.splat(random.low);
  const high = f64x2.splat(random.high);
  const span = f64x2.splat(random.high - random.low);
  const lowest = f32x4.splat(<f32>random.low);
  const end = elementsEnd(lastChunk, random.size);
  for (let at = elementsBegin(firstChunk); at < end; at += 4) {
    const bits = i32x4.shr_u(randomBits(random.key, random.counter + at), 8);
    const units = f32x4.mul(f32x4.convert_i32x4_u(bits), f32x4.splat(1.0 / 16777216.0));
    const front = scaled(units, low, span);
    const back = scaled(v128.shuffle<f32>(units, units, 2, 3, 0, 1), low, span);
    // Rounding to float32 can reach the upper bound.
    const isOutside = v128.shuffle<i32>(
      f64x2.ge(f64x2.promote_low_f32x4(front), high),
      f64x2.ge(f64x2.promote_low_f32x4(back), high),
      0, 2, 4, 6,
    );
    const values = v128.shuffle<f32>(front, back, 0, 1, 4, 5);
    v128.store(random.out + (at << 2), v128.bitselect(lowest, values, isOutside));
  }
}

@unmanaged
class DropoutMask {
  counter: u64;
  key: u32;
  /** Positions whose 24 bits are below it are dropped. */
  threshold: u32;
  out: usize;
  size: u32;
  kept: f32;
}

/** 0 or `kept`. */
export function dropoutMask(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const mask = changetype<DropoutMask>(job);
  const kept = f32x4.splat(mask.kept);
  const threshold = i32x4.splat(mask.threshold);
  const end = elementsEnd(lastChunk, mask.size);
  for (let at = elementsBegin(firstChunk); at < end; at += 4) {
    const bits = i32x4.shr_u(randomBits(mask.key, mask.counter + at), 8);
    v128.store(mask.out + (at << 2), v128.and(kept, i32x4.ge_s(bits, threshold)));
  }
}
