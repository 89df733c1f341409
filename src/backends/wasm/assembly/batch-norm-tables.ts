import { copyFloats } from './shared/copy';

/** Copies the first row of a table behind itself until it is `bytes` long. */
export function repeat(table: usize, rowBytes: usize, bytes: usize): void {
  for (let at = rowBytes; at < bytes; at += rowBytes) copyFloats(table + at, table, rowBytes);
}

/**
 * Weights, zero where distance · scale + beta is cut off. Operations are those of the forward pass, so that both agree.
 */
// @ts-ignore: decorator
@inline
export function throughSlope(weights: v128, distances: v128, scales: v128, betas: v128, ceiling: v128): v128 {
  const values = f32x4.add(f32x4.mul(distances, scales), betas);
  const isOpen = v128.and(f32x4.gt(values, f32x4.splat(0)), f32x4.lt(values, ceiling));
  return v128.and(weights, isOpen);
}

/** gamma / deviation of each channel, to a table. */
export function storeScales(to: usize, moments: usize, gamma: usize, rowBytes: usize, epsilon: f32): void {
  for (let c: usize = 0; c < rowBytes; c += 16) {
    const variance = v128.load(moments + rowBytes + c);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
    v128.store(to + c, f32x4.mul(v128.load(gamma + c), inverse));
  }
}
