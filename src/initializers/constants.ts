import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { mul } from '../ops/arithmetic.js';
import { eye, fill } from '../ops/creation.js';
import { tidy } from '../tensor/scope.js';
import type { Initializer } from './initializer.js';

/**
 * All zeros: Keras's default for biases.
 * @example layers.dense({ units: 10, kernelInitializer: initializers.zeros() })
 */
export const zeros = (): Initializer => ({
  className: 'Zeros',
  apply: (shape, dtype) => fill(shape, 0, dtype),
  getConfig: () => ({}),
});

/** All ones. @example layers.dense({ units: 10, biasInitializer: initializers.ones() }) */
export const ones = (): Initializer => ({
  className: 'Ones',
  apply: (shape, dtype) => fill(shape, 1, dtype),
  getConfig: () => ({}),
});

/**
 * One value everywhere.
 * @param options.value default 0
 * @throws ValueError
 * @example layers.dense({ units: 10, biasInitializer: initializers.constant({ value: 0.1 }) })
 */
export function constant({ value = 0 }: { readonly value?: number } = {}): Initializer {
  if (typeof value !== 'number') throw new ValueError(`constant: value is ${String(value)}, expected a number`);
  return {
    className: 'Constant',
    apply: (shape, dtype) => fill(shape, value, dtype),
    getConfig: () => ({ value }),
  };
}

/**
 * `gain` on the diagonal of a matrix, zeros elsewhere.
 * @param options.gain default 1
 * @example initializers.identity().apply([2, 2], 'float32', 0) // [[1, 0], [0, 1]]
 */
export const identity = ({ gain = 1 }: { readonly gain?: number } = {}): Initializer => ({
  className: 'Identity',
  apply: (shape, dtype) => {
    if (shape.length !== 2) throw new ShapeError(`identity: the weight is ${formatShape(shape)}, expected two axes`);
    return tidy(() => mul(eye(shape[0], shape[1], [], dtype), gain));
  },
  getConfig: () => ({ gain }),
});
