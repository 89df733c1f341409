import { ShapeError } from '../base/errors.js';
import { factoryOf } from '../base/factory.js';
import { number } from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { mul } from '../ops/arithmetic.js';
import { eye, fill } from '../ops/creation.js';
import { tidy } from '../tensor/scope.js';
import type { Initializer } from './initializer.js';

const initializer = /* @__PURE__ */ factoryOf<Initializer>();

/**
 * All zeros: Keras's default for biases.
 * @example layers.dense({ units: 10, kernelInitializer: initializers.zeros() })
 */
export const zeros = /* @__PURE__ */ initializer({
  className: 'Zeros',
  options: {},
  apply: (_, shape, dtype) => fill(shape, 0, dtype),
});

/** All ones. @example layers.dense({ units: 10, biasInitializer: initializers.ones() }) */
export const ones = /* @__PURE__ */ initializer({
  className: 'Ones',
  options: {},
  apply: (_, shape, dtype) => fill(shape, 1, dtype),
});

/**
 * One value everywhere.
 * @throws ValueError
 * @example layers.dense({ units: 10, biasInitializer: initializers.constant({ value: 0.1 }) })
 */
export const constant = /* @__PURE__ */ initializer({
  className: 'Constant',
  options: {
    /** Default 0. */
    value: number().default(0),
  },
  alone: 'value',
  apply: ({ value }, shape, dtype) => fill(shape, value, dtype),
});

/**
 * `gain` on the diagonal of a matrix, zeros elsewhere.
 * @throws ValueError
 * @example initializers.identity().apply([2, 2], 'float32', 0) // [[1, 0], [0, 1]]
 */
export const identity = /* @__PURE__ */ initializer({
  className: 'Identity',
  options: {
    /** Default 1. */
    gain: number().default(1),
  },
  alone: 'gain',
  apply: ({ gain }, shape, dtype) => {
    if (shape.length !== 2) throw new ShapeError(`Identity: the weight is ${formatShape(shape)}, expected two axes`);
    return tidy(() => mul(eye(shape[0], shape[1], [], dtype), gain));
  },
});
