import { assertFunction } from '../base/arguments.js';
import { assertDType, type DType } from '../base/dtype.js';
import { ValueError } from '../base/errors.js';
import { assertShape, type Shape, sizeOf } from '../base/shape.js';
import { normalValues, type Seed, uniformValues } from '../tensor/random.js';
import { type Tensor, upload } from '../tensor/tensor.js';

/**
 * Numbers that a function gives, one after another.
 * @param dtype default float32
 * @example const noise = rand([2, 3], () => Math.random() - 0.5);
 */
export function rand(shape: Shape, randFunction: () => number, dtype?: DType | null): Tensor {
  assertShape('rand', shape);
  assertFunction('rand', 'randFunction', randFunction);
  const type = dtype ?? 'float32';
  assertDType(type, 'rand');
  return upload(Float64Array.from({ length: sizeOf(shape) }, randFunction), [...shape], type);
}

/**
 * Numbers of a gamma distribution.
 * @param alpha its shape, above 0
 * @param beta its rate, above 0; default 1
 * @param dtype float32 (the default) or int32
 * @param seed see `randomUniform`
 * @throws ValueError
 * @see Marsaglia and Tsang, "A simple method for generating gamma variables", 2000
 * @example randomGamma([2, 3], 2)
 */
export function randomGamma(
  shape: Shape,
  alpha: number,
  beta?: number | null,
  dtype?: DType | null,
  seed?: Seed | null,
): Tensor {
  assertShape('randomGamma', shape);
  const rate = beta ?? 1;
  for (const [name, value] of Object.entries({ alpha, beta: rate })) {
    if (!(value > 0)) throw new ValueError(`randomGamma: ${name} is ${value}, expected a number above 0`);
  }
  const type = dtype ?? 'float32';
  assertDType(type, 'randomGamma');
  // Below 1, a gamma of one more times a power of an even number.
  const isSmall = alpha < 1;
  const d = (isSmall ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const count = sizeOf(shape);
  // Each attempt takes three numbers of a separate stream; of some hundred thousand values none needs 64 tries.
  const TRIES = 64;
  const [start] = uniformValues(1, seed);
  const stream = Math.floor(start * 2 ** 32);
  const values = Float64Array.from({ length: count }, () => 0);
  let left = Array.from({ length: count }, (_, i) => i);
  for (let attempt = 0; attempt < TRIES && left.length > 0; attempt++) {
    const normal = normalValues(count, stream + 2 * attempt);
    const even = uniformValues(count, stream + 2 * attempt + 1);
    left = left.filter((i) => {
      const v = (1 + c * normal[i]) ** 3;
      const isTaken = v > 0 && Math.log(1 - even[i]) < 0.5 * normal[i] ** 2 + d - d * v + d * Math.log(v);
      if (isTaken) values[i] = d * v;
      return !isTaken;
    });
  }
  const powers = isSmall ? uniformValues(count, stream + 2 * TRIES) : null;
  const scaled = values.map((value, i) => (value * (powers ? (1 - powers[i]) ** (1 / alpha) : 1)) / rate);
  return upload(type === 'int32' ? scaled.map(Math.round) : scaled, [...shape], type);
}
