import { integer } from '../../base/option.js';
import { uniformValues } from '../../tensor/random.js';
import { NUMBER, NUMBER_ARRAY, TEXT } from './arguments.js';

/** Limit x to [min, max]. @example util.clamp(0, 7, 5) // 5 */
export const clamp = (min: number, x: number, max: number): number =>
  Math.max(
    NUMBER.check('clamp', 'min', min),
    Math.min(NUMBER.check('clamp', 'x', x), NUMBER.check('clamp', 'max', max)),
  );

/** Return an even number, or the one after an odd number. @example util.nearestLargerEven(3) // 4 */
export const nearestLargerEven = (value: number): number =>
  NUMBER.check('nearestLargerEven', 'value', value) % 2 === 0 ? value : value + 1;

/** Return the smallest divisor of size that is at least `start`. @example util.nearestDivisor(12, 5) // 6 */
export function nearestDivisor(size: number, start: number): number {
  NUMBER.check('nearestDivisor', 'size', size);
  NUMBER.check('nearestDivisor', 'start', start);
  for (let divisor = start; divisor < size; divisor++) if (size % divisor === 0) return divisor;
  return size;
}

/** @example util.sum([1, 2, 3]) // 6 */
export const sum = (values: ArrayLike<number>): number =>
  Array.from(NUMBER_ARRAY.check('sum', 'values', values)).reduce((total, value) => total + value, 0);

/** Draw a number between a and b from the stream of `setSeed`. @example const rate = util.randUniform(0.001, 0.1); */
export function randUniform(a: number, b: number): number {
  NUMBER.check('randUniform', 'a', a);
  NUMBER.check('randUniform', 'b', b);
  return b + (a - b) * uniformValues(1)[0];
}

/** Return the squared distance between two points. @example util.distSquared([0, 0], [3, 4]) // 25 */
export function distSquared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  NUMBER_ARRAY.check('distSquared', 'a', a);
  NUMBER_ARRAY.check('distSquared', 'b', b);
  return Array.from(a, (value, i) => (value - b[i]) ** 2).reduce((total, square) => total + square, 0);
}

/** Return the hyperbolic tangent. @example util.tanh(0) // 0 */
export const tanh = (x: number): number => Math.tanh(NUMBER.check('tanh', 'x', x));

const WIDTH = integer({ min: 0, max: 2 ** 20 });

/** Pad a string with spaces on the right. @example util.rightPad('loss', 10); */
export const rightPad = (text: string, size: number): string =>
  TEXT.check('rightPad', 'text', text).padEnd(WIDTH.check('rightPad', 'size', size));
