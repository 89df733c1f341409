import { uniformValues } from '../../tensor/random.js';

/** Limit x to [min, max]. @example util.clamp(0, 7, 5) // 5 */
export const clamp = (min: number, x: number, max: number): number => Math.max(min, Math.min(x, max));

/** @example util.nearestLargerEven(3) // 4 */
export const nearestLargerEven = (value: number): number => (value % 2 === 0 ? value : value + 1);

/** Return the first divisor of size from start on. @example util.nearestDivisor(12, 5) // 6 */
export function nearestDivisor(size: number, start: number): number {
  for (let divisor = start; divisor < size; divisor++) if (size % divisor === 0) return divisor;
  return size;
}

/** @example util.sum([1, 2, 3]) // 6 */
export const sum = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (total, value) => (total as number) + (value as number), 0) as number;

/** Draw a number between a and b from the stream of `setSeed`. @example const rate = util.randUniform(0.001, 0.1); */
export const randUniform = (a: number, b: number): number => b + (a - b) * uniformValues(1)[0];

/** Return the squared distance of two points. @example util.distSquared([0, 0], [3, 4]) // 25 */
export const distSquared = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => (value - b[i]) ** 2).reduce((total, square) => total + square, 0);

/** @example util.tanh(0) // 0 */
export const tanh = (x: number): number => Math.tanh(x);

/** Pad a string with spaces on the right. @example util.rightPad('loss', 10); */
export const rightPad = (text: string, size: number): string => text.padEnd(size);
