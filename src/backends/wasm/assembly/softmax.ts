import { lanesBelow, largestLane, storeLanes, sumLanes } from './shared/lanes';
import { exp, log } from './shared/math';

@unmanaged
class Softmax {
  x: usize;
  out: usize;
  rows: u32;
  length: u32;
  rowsPerChunk: u32;
}

/** Subtracting the largest value does not change the result, and bounds exponentials by 1. */
export function largestOf(x: usize, length: u32): f32 {
  let largest = f32x4.splat(-Infinity);
  let i: u32 = 0;
  for (; i + 4 <= length; i += 4, x += 16) largest = f32x4.max(largest, v128.load(x));
  if (i < length) {
    const rest = v128.bitselect(v128.load(x), f32x4.splat(-Infinity), lanesBelow(length - i));
    largest = f32x4.max(largest, rest);
  }
  return largestLane(largest);
}

/** eˣ over the last axis, divided by its sum. */
export function softmax(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const softmax = changetype<Softmax>(job);
  const length = softmax.length;
  const end = min(<u32>lastChunk * softmax.rowsPerChunk, softmax.rows);
  for (let row = <u32>firstChunk * softmax.rowsPerChunk; row < end; row++) {
    const offset = (<usize>row * length) << 2;
    const x = softmax.x + offset;
    const out = softmax.out + offset;
    const largest = f32x4.splat(largestOf(x, length));
    let sum = f32x4.splat(0);
    for (let i: u32 = 0; i < length; i += 4) {
      const power = exp(f32x4.sub(v128.load(x + (<usize>i << 2)), largest));
      storeLanes(out + (<usize>i << 2), power, length - i);
      sum = f32x4.add(sum, v128.and(power, lanesBelow(length - i)));
    }
    const total = f32x4.splat(sumLanes(sum));
    for (let i: u32 = 0; i < length; i += 4) {
      const at = out + (<usize>i << 2);
      storeLanes(at, f32x4.div(v128.load(at), total), length - i);
    }
  }
}

/** x − ln Σ eˣ over the last axis. */
export function logSoftmax(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const softmax = changetype<Softmax>(job);
  const length = softmax.length;
  const end = min(<u32>lastChunk * softmax.rowsPerChunk, softmax.rows);
  for (let row = <u32>firstChunk * softmax.rowsPerChunk; row < end; row++) {
    const offset = (<usize>row * length) << 2;
    const x = softmax.x + offset;
    const largest = f32x4.splat(largestOf(x, length));
    let sum = f32x4.splat(0);
    for (let i: u32 = 0; i < length; i += 4) {
      const power = exp(f32x4.sub(v128.load(x + (<usize>i << 2)), largest));
      sum = f32x4.add(sum, v128.and(power, lanesBelow(length - i)));
    }
    const logTotal = log(f32x4.splat(sumLanes(sum)));
    for (let i: u32 = 0; i < length; i += 4) {
      const centered = f32x4.sub(v128.load(x + (<usize>i << 2)), largest);
      storeLanes(softmax.out + offset + (<usize>i << 2), f32x4.sub(centered, logTotal), length - i);
    }
  }
}
