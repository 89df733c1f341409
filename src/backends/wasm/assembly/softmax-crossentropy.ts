import { lanesBelow, storeLanes, sumLanes } from './shared/lanes';
import { exp, log } from './shared/math';
import { largestOf } from './softmax';

/* The cross-entropy of softmax over the last axis, and its gradient. Formulas: backends/cpu/softmax-crossentropy.ts. */

@unmanaged
class SoftmaxCrossentropy {
  logits: usize;
  /** f32 [rows, length], or i32 [rows] where they are classes. */
  labels: usize;
  areClasses: i32;
  /** Of the losses; 0 in the forward pass. */
  gradient: usize;
  out: usize;
  rows: u32;
  length: u32;
  rowsPerChunk: u32;
}

/** Σ eˣ⁻ˡᵃʳᵍᵉˢᵗ; keeps the terms at `to`, unless that is 0. */
// @ts-ignore: decorator
@inline
function sumOfPowers(x: usize, length: u32, largest: v128, to: usize): f32 {
  let sum = f32x4.splat(0);
  for (let i: u32 = 0; i < length; i += 4) {
    const power = exp(f32x4.sub(v128.load(x + (<usize>i << 2)), largest));
    if (to) storeLanes(to + (<usize>i << 2), power, length - i);
    sum = f32x4.add(sum, v128.and(power, lanesBelow(length - i)));
  }
  return sumLanes(sum);
}

/** Adds the lanes to two doubles. */
// @ts-ignore: decorator
@inline
function addToDoubles(sums: v128, values: v128): v128 {
  const high = v128.shuffle<f32>(values, values, 2, 3, 0, 1);
  return f64x2.add(f64x2.add(sums, f64x2.promote_low_f32x4(values)), f64x2.promote_low_f32x4(high));
}

// @ts-ignore: decorator
@inline
function sumOfDoubles(sums: v128): f32 {
  return <f32>(f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
}

export function softmaxCrossentropy(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const entropy = changetype<SoftmaxCrossentropy>(job);
  const length = entropy.length;
  const end = min(<u32>lastChunk * entropy.rowsPerChunk, entropy.rows);
  for (let row = <u32>firstChunk * entropy.rowsPerChunk; row < end; row++) {
    const offset = (<usize>row * length) << 2;
    const x = entropy.logits + offset;
    const largest = f32x4.splat(largestOf(x, length));
    const logTotal = log(f32x4.splat(sumOfPowers(x, length, largest, 0)));
    let loss: f32 = 0;
    if (entropy.areClasses) {
      const label = load<u32>(entropy.labels + (<usize>row << 2));
      if (label < length) {
        const chosen = load<f32>(x + (<usize>label << 2)) - f32x4.extract_lane(largest, 0);
        loss = f32x4.extract_lane(logTotal, 0) - chosen;
      }
    } else {
      let sums = f64x2.splat(0);
      for (let i: u32 = 0; i < length; i += 4) {
        const at = <usize>i << 2;
        const logProbability = f32x4.sub(f32x4.sub(v128.load(x + at), largest), logTotal);
        const product = f32x4.mul(v128.load(entropy.labels + offset + at), logProbability);
        sums = addToDoubles(sums, v128.and(product, lanesBelow(length - i)));
      }
      loss = -sumOfDoubles(sums);
    }
    store<f32>(entropy.out + (<usize>row << 2), loss);
  }
}

export function softmaxCrossentropyGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const entropy = changetype<SoftmaxCrossentropy>(job);
  const length = entropy.length;
  const end = min(<u32>lastChunk * entropy.rowsPerChunk, entropy.rows);
  for (let row = <u32>firstChunk * entropy.rowsPerChunk; row < end; row++) {
    const offset = (<usize>row * length) << 2;
    const x = entropy.logits + offset;
    const y = entropy.labels + offset;
    const out = entropy.out + offset;
    const total = sumOfPowers(x, length, f32x4.splat(largestOf(x, length)), out);
    const gradient = load<f32>(entropy.gradient + (<usize>row << 2));
    const label = entropy.areClasses ? load<u32>(entropy.labels + (<usize>row << 2)) : 0;
    let labelSum: f32 = label < length ? 1 : 0;
    if (!entropy.areClasses) {
      let sums = f64x2.splat(0);
      for (let i: u32 = 0; i < length; i += 4) {
        sums = addToDoubles(sums, v128.and(v128.load(y + (<usize>i << 2)), lanesBelow(length - i)));
      }
      labelSum = sumOfDoubles(sums);
    }
    const totals = f32x4.splat(total);
    const labelSums = f32x4.splat(labelSum);
    const gradients = f32x4.splat(gradient);
    const chosen = out + (<usize>label << 2);
    // The term of the class is overwritten below.
    const power: f32 = entropy.areClasses && label < length ? load<f32>(chosen) : 0;
    for (let i: u32 = 0; i < length; i += 4) {
      const at = <usize>i << 2;
      let difference = f32x4.mul(f32x4.div(v128.load(out + at), totals), labelSums);
      if (!entropy.areClasses) difference = f32x4.sub(difference, v128.load(y + at));
      storeLanes(out + at, f32x4.mul(gradients, difference), length - i);
    }
    if (entropy.areClasses && label < length) store<f32>(chosen, gradient * (power / total - 1));
  }
}
