import { multiplyAdd } from '../shared/simd';

/*
 * The one-dimensional transforms of Winograd's F(4, 3): four outputs of a filter of three from six products instead of
 * twelve.
 *
 *   y = Aᵀ · [(G · filter) ⊙ (Bᵀ · data)]
 *
 * A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016; the matrices follow from six points
 * (Toom and Cook) at which polynomials are multiplied: 0, ±P, ±Q and infinity. Lavin and Gray took P = 1, Q = 2. With ¾
 * and 1½ numbers stay nearer to 1 and the error is a fifth: 2e-6 of the largest output in float32, where the direct sum
 * has 2e-7 (64 channels, normal inputs).
 *
 * Each transform reads vectors `stride` bytes apart and writes vectors `toStride` bytes apart; four lanes are four
 * channels.
 */
const P: f32 = 0.75;
const Q: f32 = 1.5;
const PP: f32 = P * P;
const QQ: f32 = Q * Q;

/** 1 / Π (point − the other points): what G divides by. */
const AT_ZERO: f32 = 1 / (PP * QQ);
const AT_P: f32 = 1 / (2 * PP * (PP - QQ));
const AT_Q: f32 = 1 / (2 * QQ * (QQ - PP));

// @ts-ignore: decorator
@inline
function times(factor: f32, values: v128): v128 {
  return f32x4.mul(f32x4.splat(factor), values);
}

/** values · factor + sum */
// @ts-ignore: decorator
@inline
function plus(sum: v128, factor: f32, values: v128): v128 {
  return multiplyAdd(f32x4.splat(factor), values, sum);
}

/** Values at a point and at its opposite: they share their even and their odd powers. */
// @ts-ignore: decorator
@inline
function storePair(to: usize, toStride: usize, even: v128, odd: v128): void {
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + toStride, f32x4.sub(even, odd));
}

/** Six data → six: Bᵀ · d. */
// @ts-ignore: decorator
@inline
export function dataTransform(from: usize, stride: usize, to: usize, toStride: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + stride);
  const d2 = v128.load(from + 2 * stride);
  const d3 = v128.load(from + 3 * stride);
  const d4 = v128.load(from + 4 * stride);
  const d5 = v128.load(from + 5 * stride);
  v128.store(to, plus(plus(d4, -(PP + QQ), d2), PP * QQ, d0));
  const evenP = plus(d4, -QQ, d2);
  const oddP = times(P, plus(d3, -QQ, d1));
  storePair(to + toStride, toStride, evenP, oddP);
  const evenQ = plus(d4, -PP, d2);
  const oddQ = times(Q, plus(d3, -PP, d1));
  storePair(to + 3 * toStride, toStride, evenQ, oddQ);
  v128.store(to + 5 * toStride, plus(plus(d5, -(PP + QQ), d3), PP * QQ, d1));
}

/** Six products → four outputs: Aᵀ · m. */
// @ts-ignore: decorator
@inline
export function outputTransform(from: usize, stride: usize, to: usize, toStride: usize): void {
  const m0 = v128.load(from);
  const plusP = v128.load(from + stride);
  const minusP = v128.load(from + 2 * stride);
  const plusQ = v128.load(from + 3 * stride);
  const minusQ = v128.load(from + 4 * stride);
  const m5 = v128.load(from + 5 * stride);
  const evenP = f32x4.add(plusP, minusP);
  const oddP = f32x4.sub(plusP, minusP);
  const evenQ = f32x4.add(plusQ, minusQ);
  const oddQ = f32x4.sub(plusQ, minusQ);
  v128.store(to, f32x4.add(m0, f32x4.add(evenP, evenQ)));
  v128.store(to + toStride, plus(times(P, oddP), Q, oddQ));
  v128.store(to + 2 * toStride, plus(times(PP, evenP), QQ, evenQ));
  v128.store(to + 3 * toStride, plus(plus(m5, P * PP, oddP), Q * QQ, oddQ));
}

/*
 * F(2, 3): two outputs from four products instead of six, at the points 0, ±1 and infinity. Its matrices hold 0, ±1 and
 * ±½ alone, so errors are those of the direct sum.
 */

/** Four data → four: Bᵀ · d. */
// @ts-ignore: decorator
@inline
export function dataTransform2(from: usize, stride: usize, to: usize, toStride: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + stride);
  const d2 = v128.load(from + 2 * stride);
  const d3 = v128.load(from + 3 * stride);
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + toStride, f32x4.add(d1, d2));
  v128.store(to + 2 * toStride, f32x4.sub(d2, d1));
  v128.store(to + 3 * toStride, f32x4.sub(d1, d3));
}

/** Four products → two outputs: Aᵀ · m. */
// @ts-ignore: decorator
@inline
export function outputTransform2(from: usize, stride: usize, to: usize, toStride: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + stride);
  const m2 = v128.load(from + 2 * stride);
  const m3 = v128.load(from + 3 * stride);
  v128.store(to, f32x4.add(m0, f32x4.add(m1, m2)));
  v128.store(to + toStride, f32x4.sub(f32x4.sub(m1, m2), m3));
}

/** Three weights → four: G · g. */
// @ts-ignore: decorator
@inline
export function filterTransform2(from: usize, stride: usize, to: usize, toStride: usize): void {
  const g0 = v128.load(from);
  const g1 = times(0.5, v128.load(from + stride));
  const g2 = v128.load(from + 2 * stride);
  const even = times(0.5, f32x4.add(g0, g2));
  v128.store(to, g0);
  storePair(to + toStride, toStride, even, g1);
  v128.store(to + 3 * toStride, g2);
}

/** Four outputs' gradients → six: A · dy, the transpose of `outputTransform`. */
// @ts-ignore: decorator
@inline
export function outputGradientTransform(from: usize, stride: usize, to: usize, toStride: usize): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + stride);
  const y2 = v128.load(from + 2 * stride);
  const y3 = v128.load(from + 3 * stride);
  v128.store(to, y0);
  const evenP = plus(y0, PP, y2);
  const oddP = plus(times(P, y1), P * PP, y3);
  storePair(to + toStride, toStride, evenP, oddP);
  const evenQ = plus(y0, QQ, y2);
  const oddQ = plus(times(Q, y1), Q * QQ, y3);
  storePair(to + 3 * toStride, toStride, evenQ, oddQ);
  v128.store(to + 5 * toStride, y3);
}

/** Three weights → six: G · g. */
// @ts-ignore: decorator
@inline
export function filterTransform(from: usize, stride: usize, to: usize, toStride: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + stride);
  const g2 = v128.load(from + 2 * stride);
  v128.store(to, times(AT_ZERO, g0));
  const evenP = plus(times(AT_P, g0), AT_P * PP, g2);
  const oddP = times(AT_P * P, g1);
  storePair(to + toStride, toStride, evenP, oddP);
  const evenQ = plus(times(AT_Q, g0), AT_Q * QQ, g2);
  const oddQ = times(AT_Q * Q, g1);
  storePair(to + 3 * toStride, toStride, evenQ, oddQ);
  v128.store(to + 5 * toStride, g2);
}

/** Six sums of products → three weights' gradients: Gᵀ · m, the transpose of `filterTransform`. */
// @ts-ignore: decorator
@inline
export function filterGradientTransform(from: usize, stride: usize, to: usize, toStride: usize): void {
  const m0 = v128.load(from);
  const plusP = v128.load(from + stride);
  const minusP = v128.load(from + 2 * stride);
  const plusQ = v128.load(from + 3 * stride);
  const minusQ = v128.load(from + 4 * stride);
  const m5 = v128.load(from + 5 * stride);
  const evenP = times(AT_P, f32x4.add(plusP, minusP));
  const oddP = times(AT_P * P, f32x4.sub(plusP, minusP));
  const evenQ = times(AT_Q, f32x4.add(plusQ, minusQ));
  const oddQ = times(AT_Q * Q, f32x4.sub(plusQ, minusQ));
  v128.store(to, plus(f32x4.add(evenP, evenQ), AT_ZERO, m0));
  v128.store(to + toStride, f32x4.add(oddP, oddQ));
  v128.store(to + 2 * toStride, plus(plus(m5, PP, evenP), QQ, evenQ));
}
