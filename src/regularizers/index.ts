import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { type Identifier, type Maker, resolve } from '../base/serialization.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { abs, square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Regularizer } from './regularizer.js';

export type { Regularizer } from './regularizer.js';

const DEFAULT_FACTOR = 0.01;

function assertFactor(caller: string, factor: number): void {
  if (!(factor >= 0)) throw new ValueError(`${caller} is ${String(factor)}, expected a number ≥ 0`);
}

const absolutes = (weight: Tensor, factor: number): Tensor => mul(sum(abs(weight)), factor);
const squares = (weight: Tensor, factor: number): Tensor => mul(sum(square(weight)), factor);

/**
 * l1 · Σ |w|.
 * @param options.l1 default 0.01
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l1({ l1: 1e-4 }) })
 */
function l1({ l1 = DEFAULT_FACTOR }: { readonly l1?: number } = {}): Regularizer {
  assertFactor('l1: l1', l1);
  return { className: 'L1', apply: (weight) => tidy(() => absolutes(weight, l1)), getConfig: () => ({ l1 }) };
}

/**
 * l2 · Σ w².
 * @param options.l2 default 0.01
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) })
 */
function l2({ l2 = DEFAULT_FACTOR }: { readonly l2?: number } = {}): Regularizer {
  assertFactor('l2: l2', l2);
  return { className: 'L2', apply: (weight) => tidy(() => squares(weight, l2)), getConfig: () => ({ l2 }) };
}

/**
 * l1 · Σ |w| + l2 · Σ w².
 * @param options.l1 default 0.01
 * @param options.l2 default 0.01
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelRegularizer: regularizers.l1l2({ l1: 1e-5, l2: 1e-4 }) })
 */
function l1l2({
  l1 = DEFAULT_FACTOR,
  l2 = DEFAULT_FACTOR,
}: {
  readonly l1?: number;
  readonly l2?: number;
} = {}): Regularizer {
  assertFactor('l1l2: l1', l1);
  assertFactor('l1l2: l2', l2);
  return {
    className: 'L1L2',
    apply: (weight) => tidy(() => add(absolutes(weight, l1), squares(weight, l2))),
    getConfig: () => ({ l1, l2 }),
  };
}

/** `regularizers.l2({ l2: 1e-4 })` and the others. */
export const regularizers = { l1, l2, l1l2 } as const;

/** A name in any spelling, a regularizer, or `{ className, config }`. */
export type RegularizerIdentifier = keyof typeof regularizers | Identifier<Regularizer>;

const REGISTRY = /* @__PURE__ */ new Registry<Maker<Regularizer>>(regularizers);

/** Finds a regularizer; null for none. @param caller names the option, for the message @throws ValueError */
export const resolveRegularizer = (
  identifier: RegularizerIdentifier | null | undefined,
  caller: string,
): Regularizer | null =>
  identifier === null || identifier === undefined ? null : resolve(REGISTRY, 'a regularizer', identifier, caller);
