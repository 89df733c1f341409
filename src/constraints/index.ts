import { ValueError } from '../base/errors.js';
import { factoryOf } from '../base/factory.js';
import { anyOf, fraction, integer, listOf, number } from '../base/options.js';
import { Registry } from '../base/registry.js';
import { type Identifier, type Maker, resolve } from '../base/serialization.js';
import { relu } from '../ops/activations.js';
import { add, div, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { clipByValue, sqrt, square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Constraint } from './constraint.js';

export type { Constraint } from './constraint.js';

/** Keras's epsilon: prevents division by a norm of 0. */
const EPSILON = 1e-7;

const limit = () => number({ min: 0 });

const NORM = {
  /** Axes that a norm is taken over; default 0. [0, 1, 2] for the filters of a convolution. */
  axis: anyOf(integer(), listOf(integer())).default(0),
};

/** Scale each slice of the weight to the norm that `wanted` computes from its norm. */
function rescale(weight: Tensor, axis: number | readonly number[], wanted: (norm: Tensor) => Tensor | number): Tensor {
  return tidy(() => {
    const norm = sqrt(sum(square(weight), axis, true));
    return mul(weight, div(wanted(norm), add(norm, EPSILON)));
  });
}

const constraint = factoryOf<Constraint>();

/** `constraints.maxNorm({ maxValue: 3 })` and the others. */
export const constraints = {
  /**
   * Limit norms to at most `maxValue`.
   * @throws ValueError
   * @example layers.dense({ units: 10, kernelConstraint: constraints.maxNorm({ maxValue: 3 }) })
   */
  maxNorm: constraint({
    className: 'MaxNorm',
    options: {
      /** Default 2. */
      maxValue: limit().default(2),
      ...NORM,
    },
    alone: 'maxValue',
    apply: ({ maxValue, axis }, weight) => rescale(weight, axis, (norm) => clipByValue(norm, 0, maxValue)),
  }),

  /**
   * Move norms into [minValue, maxValue].
   * @throws ValueError
   * @example layers.dense({ units: 10, kernelConstraint: constraints.minMaxNorm({ minValue: 0.5, maxValue: 1 }) })
   */
  minMaxNorm: constraint({
    className: 'MinMaxNorm',
    options: {
      /** Default 0. */
      minValue: limit().default(0),
      /** Default 1. */
      maxValue: limit().default(1),
      /** Fraction of the distance to the bounds that each update covers; default 1. */
      rate: fraction().default(1),
      ...NORM,
    },
    validate: ({ minValue, maxValue }) => {
      if (minValue <= maxValue) return;
      throw new ValueError(
        `MinMaxNorm: minValue is ${minValue} and maxValue is ${maxValue}, expected 0 ≤ minValue ≤ maxValue`,
      );
    },
    apply: ({ minValue, maxValue, rate, axis }, weight) =>
      rescale(weight, axis, (norm) => add(mul(clipByValue(norm, minValue, maxValue), rate), mul(norm, 1 - rate))),
  }),

  /** Set negative values to 0. @example layers.dense({ units: 10, kernelConstraint: constraints.nonNeg() }) */
  nonNeg: constraint({ className: 'NonNeg', options: {}, apply: (_, weight) => relu(weight) }),

  /** Scale to norms of 1. @example layers.dense({ units: 10, kernelConstraint: constraints.unitNorm() }) */
  unitNorm: constraint({
    className: 'UnitNorm',
    options: NORM,
    apply: ({ axis }, weight) => rescale(weight, axis, () => 1),
  }),
};

/** A name in any spelling, a constraint, or `{ className, config }`. */
export type ConstraintIdentifier = keyof typeof constraints | Identifier<Constraint>;

const REGISTRY = /* @__PURE__ */ new Registry<Maker<Constraint>>(constraints);

/** Find a constraint; null for none. @param caller names the option, for the message @throws ValueError */
export const resolveConstraint = (
  identifier: ConstraintIdentifier | null | undefined,
  caller: string,
): Constraint | null =>
  identifier === null || identifier === undefined ? null : resolve(REGISTRY, 'a constraint', identifier, caller);
