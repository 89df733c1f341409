/*
 * Philox-2x32 with ten rounds, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011. A number is a function of a 32-bit key and a 64-bit position alone, so threads and
 * backends need no common state. All arithmetic is on 32-bit integers: other backends get the same bits.
 */
const ROUNDS = 10;
const MULTIPLIER = 0xd256d193;
/** The golden ratio's fraction: steps the key from round to round. */
const WEYL = 0x9e3779b9;

/** The high 32 bits of the 64-bit product, from products of 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const carry = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** The first word of Philox-2x32-10 for counter (low, high); an unsigned 32-bit integer. */
export function randomBits(key: number, low: number, high: number): number {
  for (let round = 0; round < ROUNDS; round++) {
    const product = Math.imul(MULTIPLIER, low);
    low = multiplyHigh(MULTIPLIER, low) ^ key ^ high;
    high = product;
    key = (key + WEYL) | 0;
  }
  return low >>> 0;
}

/** Number `position` of the stream of `key`: one of 2²⁴ evenly spaced values in [0, 1), all exact in float32. */
export function uniform(key: number, position: number): number {
  return (randomBits(key, position | 0, Math.floor(position / 2 ** 32)) >>> 8) * 2 ** -24;
}
