import { ValueError } from '../base/errors.js';
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

export interface NormOptions {
  /** Axes that a norm is taken over; default 0. [0, 1, 2] for the filters of a convolution. */
  readonly axis?: number | readonly number[];
}

/** Keras's epsilon: keeps a norm of 0 from dividing. */
const EPSILON = 1e-7;

/** Scales each slice of the weight to the norm that `wanted` makes of its own. */
function rescale(weight: Tensor, axis: number | readonly number[], wanted: (norm: Tensor) => Tensor | number): Tensor {
  return tidy(() => {
    const norm = sqrt(sum(square(weight), axis, true));
    return mul(weight, div(wanted(norm), add(norm, EPSILON)));
  });
}

/**
 * Norms held at `maxValue` at most.
 * @param options.maxValue default 2
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelConstraint: constraints.maxNorm({ maxValue: 3 }) })
 */
function maxNorm({ maxValue = 2, axis = 0 }: NormOptions & { readonly maxValue?: number } = {}): Constraint {
  if (!(maxValue >= 0)) throw new ValueError(`maxNorm: maxValue is ${maxValue}, expected a number ≥ 0`);
  return {
    className: 'MaxNorm',
    apply: (weight) => rescale(weight, axis, (norm) => clipByValue(norm, 0, maxValue)),
    getConfig: () => ({ maxValue, axis }),
  };
}

export interface MinMaxNormOptions extends NormOptions {
  /** Default 0. */
  readonly minValue?: number;
  /** Default 1. */
  readonly maxValue?: number;
  /** How much of the way to the bounds each update goes; default 1, all of it. */
  readonly rate?: number;
}

/**
 * Norms drawn into [minValue, maxValue].
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelConstraint: constraints.minMaxNorm({ minValue: 0.5, maxValue: 1 }) })
 */
function minMaxNorm({ minValue = 0, maxValue = 1, rate = 1, axis = 0 }: MinMaxNormOptions = {}): Constraint {
  if (!(minValue >= 0 && minValue <= maxValue)) {
    throw new ValueError(
      `minMaxNorm: minValue is ${minValue} and maxValue is ${maxValue}, expected 0 ≤ minValue ≤ maxValue`,
    );
  }
  if (!(rate >= 0 && rate <= 1)) throw new ValueError(`minMaxNorm: rate is ${rate}, expected a number in [0, 1]`);
  return {
    className: 'MinMaxNorm',
    apply: (weight) =>
      rescale(weight, axis, (norm) => add(mul(clipByValue(norm, minValue, maxValue), rate), mul(norm, 1 - rate))),
    getConfig: () => ({ minValue, maxValue, rate, axis }),
  };
}

/** Negative values become 0. @example layers.dense({ units: 10, kernelConstraint: constraints.nonNeg() }) */
const nonNeg = (): Constraint => ({ className: 'NonNeg', apply: (weight) => relu(weight), getConfig: () => ({}) });

/** Norms of 1. @example layers.dense({ units: 10, kernelConstraint: constraints.unitNorm() }) */
const unitNorm = ({ axis = 0 }: NormOptions = {}): Constraint => ({
  className: 'UnitNorm',
  apply: (weight) => rescale(weight, axis, () => 1),
  getConfig: () => ({ axis }),
});

/** `constraints.maxNorm({ maxValue: 3 })` and the others. */
export const constraints = { maxNorm, minMaxNorm, nonNeg, unitNorm } as const;

/** A name in any spelling, a constraint, or `{ className, config }`. */
export type ConstraintIdentifier = keyof typeof constraints | Identifier<Constraint>;

const REGISTRY = /* @__PURE__ */ new Registry<Maker<Constraint>>(constraints);

/** Finds a constraint; null for none. @param caller names the option, for the message @throws ValueError */
export const resolveConstraint = (
  identifier: ConstraintIdentifier | null | undefined,
  caller: string,
): Constraint | null =>
  identifier === null || identifier === undefined ? null : resolve(REGISTRY, 'a constraint', identifier, caller);
