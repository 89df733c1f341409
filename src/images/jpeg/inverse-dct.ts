/** Fractional bits of the constants, and of values between the two passes. */
const CONSTANT_BITS = 13;
const PASS_BITS = 2;

const fixed = (value: number): number => Math.round(value * 2 ** CONSTANT_BITS);
const [A, B, C] = [fixed(0.5411961), fixed(0.765366865), fixed(1.847759065)];
const [D, E, F, G] = [fixed(0.298631336), fixed(2.053119869), fixed(3.072711026), fixed(1.50132111)];
const [H, I, J, K, L] = [
  fixed(0.899976223),
  fixed(2.562915447),
  fixed(1.96157056),
  fixed(0.390180644),
  fixed(1.175875602),
];

const values = new Int32Array(64);

/** Transform eight values, `step` apart, in place; results are rounded and shifted right. */
function transform(at: number, step: number, shift: number): void {
  const v = values;
  const [v0, v1, v2, v3] = [v[at], v[at + step], v[at + 2 * step], v[at + 3 * step]];
  const [v4, v5, v6, v7] = [v[at + 4 * step], v[at + 5 * step], v[at + 6 * step], v[at + 7 * step]];
  const rounding = 1 << (shift - 1);

  const turned = (v2 + v6) * A;
  const low = turned - v6 * C;
  const high = turned + v2 * B;
  const sum = ((v0 + v4) << CONSTANT_BITS) + rounding;
  const difference = ((v0 - v4) << CONSTANT_BITS) + rounding;
  const [even0, even1, even2, even3] = [sum + high, difference + low, difference - low, sum - high];

  const both = (v7 + v3 + v5 + v1) * L;
  const z1 = (v7 + v1) * -H;
  const z2 = (v5 + v3) * -I;
  const z3 = (v7 + v3) * -J + both;
  const z4 = (v5 + v1) * -K + both;
  const odd3 = v7 * D + z1 + z3;
  const odd2 = v5 * E + z2 + z4;
  const odd1 = v3 * F + z2 + z3;
  const odd0 = v1 * G + z1 + z4;

  v[at] = (even0 + odd0) >> shift;
  v[at + step] = (even1 + odd1) >> shift;
  v[at + 2 * step] = (even2 + odd2) >> shift;
  v[at + 3 * step] = (even3 + odd3) >> shift;
  v[at + 4 * step] = (even3 - odd3) >> shift;
  v[at + 5 * step] = (even2 - odd2) >> shift;
  v[at + 6 * step] = (even1 - odd1) >> shift;
  v[at + 7 * step] = (even0 - odd0) >> shift;
}

/**
 * Compute the samples of a block: the inverse cosine transform in integers with 11 multiplications per row,
 * with the constants and the rounding of libjpeg's `islow`, which Pillow and TensorFlow use, so that samples agree to
 * the bit.
 * @param coefficients 64 values from `from` on, in row-major order
 * @see Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989
 */
export function inverseDct(
  coefficients: Int16Array,
  from: number,
  quantization: Uint16Array,
  samples: Uint8Array,
  to: number,
  stride: number,
): void {
  let isFlat = true;
  for (let i = 0; i < 64; i++) {
    values[i] = coefficients[from + i] * quantization[i];
    if (i > 0 && values[i] !== 0) isFlat = false;
  }
  if (isFlat) {
    const level = clamp(((values[0] + 4) >> 3) + 128);
    for (let y = 0; y < 8; y++) samples.fill(level, to + y * stride, to + y * stride + 8);
    return;
  }
  for (let column = 0; column < 8; column++) transform(column, 8, CONSTANT_BITS - PASS_BITS);
  for (let y = 0; y < 8; y++) {
    transform(8 * y, 1, CONSTANT_BITS + PASS_BITS + 3);
    for (let x = 0; x < 8; x++) samples[to + y * stride + x] = clamp(values[8 * y + x] + 128);
  }
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
