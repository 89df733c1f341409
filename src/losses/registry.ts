import { assertFunction } from '../base/arguments.js';
import { nameForCopies, nameInOtherCopy, otherCopyOf } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { accept, integer, oneOf, readOptions } from '../base/options.js';
import { Registry } from '../base/registry.js';
import { registeredFunction, registeredNameOf } from '../base/serialization.js';
import { show } from '../base/show.js';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
import { definedLoss, definitionOf, type LabelRule, type LossDefinition, type LossFunction } from './define-loss.js';
import { klDivergence, poisson } from './divergence.js';
import { categoricalHinge, hinge, squaredHinge } from './hinge.js';
import { Loss } from './loss.js';
import type { LossReduction } from './reduction.js';
import {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.js';

const BUILT_IN = [
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  huber,
  logCosh,
  cosineSimilarity,
  hinge,
  squaredHinge,
  categoricalHinge,
  klDivergence,
  poisson,
];

/** Further names in Keras and tfjs. */
const ALIASES = {
  bce: 'binaryCrossentropy',
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  huberLoss: 'huber',
  logCoshError: 'logCosh',
  cosineProximity: 'cosineSimilarity',
  kullbackLeiblerDivergence: 'klDivergence',
  kld: 'klDivergence',
};

const losses = /* @__PURE__ */ new Registry<LossDefinition>(
  /* @__PURE__ */ Object.fromEntries(
    /* @__PURE__ */ BUILT_IN.map((f) => [definitionOf(f)!.name, definitionOf(f)!] as const),
  ),
  ALIASES,
);

/** Names of functions, so that a model that was compiled with one can be saved. */
const named = /* @__PURE__ */ new WeakMap<object, { readonly name: string; readonly options?: LossOptions }>();

/** Options of the losses; each loss has those of its function, and `reduction`. */
export interface LossOptions {
  /**
   * How to reduce the losses of a batch: `'sum_over_batch_size'` and `'mean'`, their mean; `'sum'`;
   * `'mean_with_sample_weight'`, which divides by the sum of the weights; `'none'` or null, no reduction, which
   * `compile` does not accept. Default `'sum_over_batch_size'`.
   */
  readonly reduction?: LossReduction | null;
  /**
   * For cross-entropies: whether predictions are the inputs of the softmax or sigmoid; default false: probabilities.
   */
  readonly fromLogits?: boolean;
  /**
   * Of categoricalCrossentropy and binaryCrossentropy: fraction of each label that is spread evenly, in [0, 1]; default
   * 0.
   */
  readonly labelSmoothing?: number;
  /** For sparseCategoricalCrossentropy: a class number whose samples do not count; default none. */
  readonly ignoreClass?: number | null;
  /**
   * For cross-entropies and cosineSimilarity: the axis of the classes, or of the vectors; default −1. For dice and
   * tversky: the axes of a region; default all.
   */
  readonly axis?: number | readonly number[] | null;
  /**
   * Of focal losses: the weight of the loss, or of class 1; default 0.25. Of tversky: of false negatives; default 0.5.
   */
  readonly alpha?: number;
  /** Of tversky: weight of false positives; default 0.5. */
  readonly beta?: number;
  /** Of focal losses: how much predictions that are right lose weight; default 2. Of circle: its scale; default 80. */
  readonly gamma?: number;
  /** Of binaryFocalCrossentropy: whether alpha weights the classes; default false. */
  readonly applyClassBalancing?: boolean;
  /** Of circle: how far apart classes are kept; default 0.4. */
  readonly margin?: number;
  /** Of circle: whether to leave out the pair of a sample with itself; default true. */
  readonly removeDiagonal?: boolean;
  /** Of categoricalGeneralizedCrossEntropy: the exponent, in (0, 1); default 0.5. */
  readonly q?: number;
  /** For huber: the error at which the square becomes a straight line; default 1. */
  readonly delta?: number;
}

/** The rule for custom functions, which may skip NaN or have labels of another shape. */
const ANY: LabelRule = { kind: 'any' };

const custom = (name: string, perSample: LossFunction, labels: LabelRule = ANY): LossDefinition => ({
  name,
  options: {},
  labels: () => labels,
  perSample,
});

/** Add losses of this library that not every page needs. */
export function addBuiltInLosses(functions: readonly object[]): void {
  for (const f of functions) losses.addBuiltIn(definitionOf(f)!.name, definitionOf(f)!);
}

/** Return whether the loss is built in, so that Keras has it too. */
export const isBuiltInLoss = (name: string): boolean => losses.isBuiltIn(name) || definedLoss(name) !== undefined;

/** Find a loss by name, without those of `registerFunction`. */
export const findLoss = (name: string): LossDefinition | undefined => losses.find(name);

/** Return the names of all losses, built in and registered. */
export const lossNames = (): string[] => losses.names;

/** Make a function an alias of a built-in loss, in `compile` and in files. @returns the function */
export function knownAs<F extends object>(f: F, name: string, options?: LossOptions): F {
  named.set(f, { name, options });
  return nameForCopies(f, name, options);
}

const LABEL_RULE = {
  kind: oneOf(['classes', 'values', 'any']),
  range: accept<LabelRule['range']>(
    'the smallest and the largest value',
    (value) => Array.isArray(value) && value.length === 2 && value[0] <= value[1],
  ).optional(),
  axis: integer().optional(),
  ignored: integer().nullable().optional(),
};

/**
 * Register a custom loss by name, for `compile` and for files that were saved with it.
 * @param perSample [batch, …] of labels and of predictions to one number per sample
 * @param labels how to check labels before training; default no check
 * @throws ValueError when the name is taken, or the rule is unknown
 * @example losses.registerLoss('cubed', (yTrue, yPred) => yTrue.sub(yPred).abs().pow(3).mean(-1))
 */
export function registerLoss(name: string, perSample: LossFunction, labels: LabelRule = ANY): void {
  readOptions('registerLoss: labels', LABEL_RULE, labels);
  assertFunction('registerLoss', 'perSample', perSample);
  losses.register('registerLoss', name, custom(name, perSample, labels));
  named.set(perSample, { name });
}

/**
 * Make a loss from its name, in any spelling, or from its function, and its options. Focal losses, dice, tversky,
 * circle, ctc and categoricalGeneralizedCrossEntropy are found by name in Node and where models are loaded; a bundle of
 * neither takes their functions.
 * @throws ValueError when the name is unknown, or the loss has no such option
 * @example model.compile({ loss: losses.loss('categorical_crossentropy', { labelSmoothing: 0.1 }), optimizer: 'adam' })
 * @example model.compile({ loss: losses.loss(losses.tversky, { alpha: 0.7, beta: 0.3 }), optimizer: 'adam' })
 */
export function loss(lossName: string | LossFunction, options: LossOptions = {}): Loss {
  return typeof lossName === 'function' ? lossOfFunction(lossName, options) : lossOfName(lossName, options);
}

function lossOfName(name: string, options: LossOptions): Loss {
  const f = losses.has(name) ? undefined : (registeredFunction(name, losses) as LossFunction | undefined);
  const definition = f
    ? custom(name, f)
    : losses.resolve('loss', name, ', a function of losses, or a name under registerLoss or registerFunction');
  return new Loss(definition, { ...options });
}

function lossOfFunction(f: LossFunction, options: LossOptions = {}): Loss {
  const definition = definitionOf(f);
  if (definition) return new Loss(definition, { ...options });
  const name = nameOf(f);
  return name
    ? lossOfName(name, { ...named.get(f)?.options, ...options })
    : new Loss(custom(f.name || 'loss', f), { ...options });
}

/** A loss for `compile`: a name, a function of (yTrue, yPred), or the result of `loss`. */
export type LossIdentifier = string | LossFunction | Loss;

/** @throws ValueError when it is not one of these, or an unknown name */
export function getLoss(identifier: LossIdentifier): Loss {
  if (typeof identifier === 'string') return lossOfName(identifier, {});
  if (identifier instanceof Loss) return identifier;
  // A loss of another copy of the package is a name and options, from which this copy makes its own; so is a function.
  if (isLossOfOtherCopy(identifier)) return lossOfName(identifier.name, identifier.options);
  const theirs = typeof identifier === 'function' ? nameInOtherCopy(identifier) : null;
  if (theirs) return lossOfName(theirs.name, theirs.options ?? {});
  if (typeof identifier === 'function') return lossOfFunction(identifier);
  throw new ValueError(`loss: given ${show(identifier)}, expected a name, a function of (yTrue, yPred) or a loss`);
}

const isLossOfOtherCopy = (value: unknown): value is Loss =>
  otherCopyOf(value) !== null && (value as Loss).perSample !== undefined;

const nameOf = (f: LossFunction): string | null =>
  definitionOf(f)?.name ?? named.get(f)?.name ?? nameInOtherCopy(f)?.name ?? registeredNameOf(f);

/** Return the name of a function for `loss`; null if it has none. */
export function lossName(identifier: LossIdentifier): string | null {
  if (typeof identifier === 'function') return nameOf(identifier);
  const { name } = getLoss(identifier);
  return losses.has(name) || definedLoss(name) || registeredFunction(name, losses) ? name : null;
}
