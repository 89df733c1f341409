import { factoryOf } from '../base/factory.js';
import { number } from '../base/options.js';
import { Registry } from '../base/registry.js';
import { type Identifier, type Maker, resolve } from '../base/serialization.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { abs, square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Regularizer } from './regularizer.js';

export type { Regularizer } from './regularizer.js';

const factor = () => number({ min: 0 });
const absolutes = (weight: Tensor, l1: number): Tensor => mul(sum(abs(weight)), l1);
const squares = (weight: Tensor, l2: number): Tensor => mul(sum(square(weight)), l2);

const regularizer = factoryOf<Regularizer>();

/** `regularizers.l2({ l2: 1e-4 })` and the others. */
export const regularizers = {
  /**
   * l1 · Σ |w|.
   * @throws ValueError
   * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l1({ l1: 1e-4 }) })
   */
  l1: regularizer({
    className: 'L1',
    options: {
      /** Default 0.01. */
      l1: factor().default(0.01),
    },
    alone: 'l1',
    apply: ({ l1 }, weight) => tidy(() => absolutes(weight, l1)),
  }),

  /**
   * l2 · Σ w².
   * @throws ValueError
   * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) })
   */
  l2: regularizer({
    className: 'L2',
    options: {
      /** Default 0.01. */
      l2: factor().default(0.01),
    },
    alone: 'l2',
    apply: ({ l2 }, weight) => tidy(() => squares(weight, l2)),
  }),

  /**
   * l1 · Σ |w| + l2 · Σ w². A factor that is not given is 0; if neither is given, both are 0.01.
   * @throws ValueError
   * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l1l2({ l1: 1e-5, l2: 1e-4 }) })
   */
  l1l2: regularizer({
    className: 'L1L2',
    options: {
      /** Default 0 if l2 is given. */
      l1: factor().defaultFrom(({ l2 }) => (l2 == null ? 0.01 : 0)),
      /** Default 0 if l1 is given. */
      l2: factor().defaultFrom(({ l1 }) => (l1 == null ? 0.01 : 0)),
    },
    apply: ({ l1, l2 }, weight) => tidy(() => add(absolutes(weight, l1), squares(weight, l2))),
  }),
};

/** A name in any spelling, a regularizer, or `{ className, config }`. */
export type RegularizerIdentifier = keyof typeof regularizers | Identifier<Regularizer>;

const REGISTRY = /* @__PURE__ */ new Registry<Maker<Regularizer>>(regularizers);

/** Find a regularizer; null for none. @param caller names the option, for the message @throws ValueError */
export const resolveRegularizer = (
  identifier: RegularizerIdentifier | null | undefined,
  caller: string,
): Regularizer | null =>
  identifier === null || identifier === undefined ? null : resolve(REGISTRY, 'a regularizer', identifier, caller);
