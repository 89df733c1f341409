import { copyFloats } from './shared/copy';
import { repeat, storeScales, throughSlope } from './batch-norm-tables';

@unmanaged
class Normalize {
  x: usize;
  moments: usize;
  gamma: usize;
  beta: usize;
  /** 0: none. */
  residual: usize;
  out: usize;
  size: u32;
  channels: u32;
  /** Elements of one pass: rows of channels in whole vectors. */
  block: u32;
  perChunk: u32;
  epsilon: f32;
  /** Bounds of the result, infinite where no activation follows. */
  floor: f32;
  ceiling: f32;
}

/** The bounds as vectors; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function bounded(values: v128, floor: v128, ceiling: v128): v128 {
  return f32x4.pmin(f32x4.pmax(values, floor), ceiling);
}

/** (x − mean) · scale + beta + residual within bounds, scale = gamma / deviation. */
export function batchNormalize(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const norm = changetype<Normalize>(job);
  const rowBytes = <usize>norm.channels << 2;
  const block = <usize>norm.block << 2;
  // Rows are written in whole vectors, so a table needs room for one more.
  const tableBytes = block + 16;
  const means = scratch;
  const scales = means + tableBytes;
  const betas = scales + tableBytes;
  storeScales(scales, norm.moments, norm.gamma, rowBytes, norm.epsilon);
  copyFloats(means, norm.moments, rowBytes);
  copyFloats(betas, norm.beta, rowBytes);
  repeat(means, rowBytes, block);
  repeat(scales, rowBytes, block);
  repeat(betas, rowBytes, block);
  const floor = f32x4.splat(norm.floor);
  const ceiling = f32x4.splat(norm.ceiling);
  const end = min(<usize>lastChunk * norm.perChunk, <usize>norm.size) << 2;
  for (let first = (<usize>firstChunk * norm.perChunk) << 2; first < end; first += block) {
    const x = norm.x + first;
    const out = norm.out + first;
    const bytes = min(block, end - first);
    if (norm.residual) {
      const residual = norm.residual + first;
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        const normalized = f32x4.add(f32x4.mul(centered, v128.load(scales + at)), v128.load(betas + at));
        v128.store(out + at, bounded(f32x4.add(normalized, v128.load(residual + at)), floor, ceiling));
      }
    } else {
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        const normalized = f32x4.add(f32x4.mul(centered, v128.load(scales + at)), v128.load(betas + at));
        v128.store(out + at, bounded(normalized, floor, ceiling));
      }
    }
  }
}

@unmanaged
class NormalizeGradient {
  x: usize;
  outputGradient: usize;
  moments: usize;
  gamma: usize;
  /** The two sums, [2, channels]. */
  sums: usize;
  /** 0: no activation follows. */
  beta: usize;
  out: usize;
  size: u32;
  channels: u32;
  block: u32;
  perChunk: u32;
  epsilon: f32;
  ceiling: f32;
  /** 1 / rows. */
  share: f32;
}

/**
 * dx = scale · dy − constant − slope · (x − mean), where constant = scale · Σ dy / rows and slope = scale · Σ (dy ·
 * normalized) / (deviation · rows).
 */
export function batchNormalizeGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const norm = changetype<NormalizeGradient>(job);
  const rowBytes = <usize>norm.channels << 2;
  const block = <usize>norm.block << 2;
  const tableBytes = block + 16;
  const means = scratch;
  const scales = means + tableBytes;
  const constants = scales + tableBytes;
  const slopes = constants + tableBytes;
  const betas = slopes + tableBytes;
  const share = f32x4.splat(norm.share);
  storeScales(scales, norm.moments, norm.gamma, rowBytes, norm.epsilon);
  copyFloats(means, norm.moments, rowBytes);
  for (let c: usize = 0; c < rowBytes; c += 16) {
    const variance = v128.load(norm.moments + rowBytes + c);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(norm.epsilon))));
    const shared = f32x4.mul(v128.load(scales + c), share);
    v128.store(constants + c, f32x4.mul(shared, v128.load(norm.sums + c)));
    v128.store(slopes + c, f32x4.mul(f32x4.mul(shared, inverse), v128.load(norm.sums + rowBytes + c)));
  }
  repeat(means, rowBytes, block);
  repeat(scales, rowBytes, block);
  repeat(constants, rowBytes, block);
  repeat(slopes, rowBytes, block);
  if (norm.beta) {
    copyFloats(betas, norm.beta, rowBytes);
    repeat(betas, rowBytes, block);
  }
  const ceiling = f32x4.splat(norm.ceiling);
  const end = min(<usize>lastChunk * norm.perChunk, <usize>norm.size) << 2;
  for (let first = (<usize>firstChunk * norm.perChunk) << 2; first < end; first += block) {
    const x = norm.x + first;
    const dy = norm.outputGradient + first;
    const out = norm.out + first;
    const bytes = min(block, end - first);
    if (norm.beta) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        const scale = v128.load(scales + at);
        const gradient = throughSlope(v128.load(dy + at), centered, scale, v128.load(betas + at), ceiling);
        const direct = f32x4.sub(f32x4.mul(scale, gradient), v128.load(constants + at));
        v128.store(out + at, f32x4.sub(direct, f32x4.mul(v128.load(slopes + at), centered)));
      }
    } else {
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        const direct = f32x4.sub(f32x4.mul(v128.load(scales + at), v128.load(dy + at)), v128.load(constants + at));
        v128.store(out + at, f32x4.sub(direct, f32x4.mul(v128.load(slopes + at), centered)));
      }
    }
  }
}

@unmanaged
class FollowMoments {
  mean: usize;
  variance: usize;
  moments: usize;
  channels: u32;
  kept: f32;
  /** 1 − kept, rounded once. */
  rest: f32;
}

/** In place: moving statistics go towards those of a batch. One chunk: channels are few. */
export function followMoments(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const follow = changetype<FollowMoments>(job);
  const bytes = <usize>follow.channels << 2;
  const kept = f32x4.splat(follow.kept);
  const rest = f32x4.splat(follow.rest);
  for (let at: usize = 0; at < bytes; at += 16) {
    const mean = v128.load(follow.mean + at);
    const variance = v128.load(follow.variance + at);
    const batchMean = v128.load(follow.moments + at);
    const batchVariance = v128.load(follow.moments + bytes + at);
    v128.store(follow.mean + at, f32x4.add(f32x4.mul(mean, kept), f32x4.mul(batchMean, rest)));
    v128.store(follow.variance + at, f32x4.add(f32x4.mul(variance, kept), f32x4.mul(batchVariance, rest)));
  }
}
