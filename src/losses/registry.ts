import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { registeredFunction, registeredNameOf } from '../base/serialization.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  type SmoothedCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './crossentropy.js';
import { klDivergence, poisson } from './divergence.js';
import { categoricalHinge, hinge, squaredHinge } from './hinge.js';
import type { LabelRule, Loss, LossFunction } from './loss.js';
import * as reduced from './reduced.js';
import {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.js';

/** Options of the losses that have any. */
export interface LossOptions extends SmoothedCrossentropyOptions {
  readonly delta?: number;
}

interface Entry {
  readonly names: readonly string[];
  readonly labels: LabelRule;
  readonly f: (yTrue: Tensor, yPred: Tensor, options?: LossOptions) => Tensor;
  readonly activation?: 'softmax' | 'sigmoid';
}

const FINITE: LabelRule = { kind: 'values' };
/** Of a function of one's own, which may leave out what is NaN, or take labels of another shape. */
const ANY: LabelRule = { kind: 'any' };
const SHARE: LabelRule = { kind: 'values', range: [0, 1] };
const NOT_NEGATIVE: LabelRule = { kind: 'values', range: [0, Number.POSITIVE_INFINITY] };

/** Under its own name, then others that Keras and tfjs know it by. */
const BUILT_IN: readonly Entry[] = [
  { names: ['categoricalCrossentropy'], labels: SHARE, f: categoricalCrossentropy, activation: 'softmax' },
  {
    names: ['sparseCategoricalCrossentropy'],
    labels: { kind: 'classes' },
    f: sparseCategoricalCrossentropy,
    activation: 'softmax',
  },
  { names: ['binaryCrossentropy', 'bce'], labels: SHARE, f: binaryCrossentropy, activation: 'sigmoid' },
  { names: ['meanSquaredError', 'mse'], labels: FINITE, f: meanSquaredError },
  { names: ['meanAbsoluteError', 'mae'], labels: FINITE, f: meanAbsoluteError },
  { names: ['meanAbsolutePercentageError', 'mape'], labels: FINITE, f: meanAbsolutePercentageError },
  { names: ['meanSquaredLogarithmicError', 'msle'], labels: FINITE, f: meanSquaredLogarithmicError },
  { names: ['huber', 'huberLoss'], labels: FINITE, f: huber },
  { names: ['logCosh', 'logCoshError'], labels: FINITE, f: logCosh },
  { names: ['cosineSimilarity', 'cosineProximity'], labels: FINITE, f: cosineSimilarity },
  { names: ['hinge'], labels: FINITE, f: hinge },
  { names: ['squaredHinge'], labels: FINITE, f: squaredHinge },
  { names: ['categoricalHinge'], labels: SHARE, f: categoricalHinge },
  { names: ['klDivergence', 'kullbackLeiblerDivergence', 'kld'], labels: NOT_NEGATIVE, f: klDivergence },
  { names: ['poisson'], labels: NOT_NEGATIVE, f: poisson },
];

type Maker = (options: LossOptions) => Loss;

function maker({ names: [name], labels, f, activation }: Entry): Maker {
  return (options) => ({
    name,
    options,
    labels: options.fromLogits && activation === 'sigmoid' ? SHARE : labels,
    perSample: (yTrue, yPred) => f(yTrue, yPred, options),
    fromLogits:
      activation && !options.fromLogits
        ? { activation, perSample: (yTrue, logits) => f(yTrue, logits, { ...options, fromLogits: true }) }
        : undefined,
  });
}

const losses = /* @__PURE__ */ new Registry<Maker>(
  Object.fromEntries(BUILT_IN.map((entry) => [entry.names[0], maker(entry)])),
  Object.fromEntries(BUILT_IN.flatMap(({ names: [name, ...aliases] }) => aliases.map((alias) => [alias, name]))),
);

/** tfjs's functions of all samples, as the losses that they are the means of. */
const REDUCED: readonly (readonly [f: unknown, name: string, options?: LossOptions])[] = [
  [reduced.meanSquaredError, 'meanSquaredError'],
  [reduced.absoluteDifference, 'meanAbsoluteError'],
  [reduced.huberLoss, 'huber'],
  [reduced.sigmoidCrossEntropy, 'binaryCrossentropy', { fromLogits: true }],
  [reduced.softmaxCrossEntropy, 'categoricalCrossentropy', { fromLogits: true }],
];

/** What functions are known as, so that a model that was compiled with one can be saved. */
const known = new Map<unknown, { readonly name: string; readonly options?: LossOptions }>([
  ...BUILT_IN.map(({ f, names: [name] }) => [f, { name }] as const),
  ...REDUCED.map(([f, name, options]) => [f, { name, options }] as const),
]);

/** Whether the loss is built in, so that Keras knows it too. */
export const isBuiltInLoss = (name: string): boolean => losses.isBuiltIn(name);

/** Whether `loss` knows the name without asking `registerFunction`. */
export const isLossName = (name: string): boolean => losses.has(name);

/** Names of all losses, built in and registered. */
export const lossNames = (): string[] => losses.names;

/**
 * Makes a loss of your own known by a name, for `compile` and for files that were saved with it.
 * @param perSample [batch, …] of labels and of predictions to one number a sample
 * @param labels what labels are checked to be before training; default anything
 * @throws ValueError when the name is taken
 * @example losses.registerLoss('cubed', (yTrue, yPred) => yTrue.sub(yPred).abs().pow(3).mean(-1))
 */
export function registerLoss(name: string, perSample: LossFunction, labels: LabelRule = ANY): void {
  losses.register('registerLoss', name, (options) => ({ name, options, labels, perSample }));
  known.set(perSample, { name });
}

/**
 * A loss by its name in either spelling, with options.
 * @throws ValueError when the name is unknown
 * @example model.compile({ loss: losses.loss('categorical_crossentropy', { labelSmoothing: 0.1 }), optimizer: 'adam' })
 */
export function loss(name: string, options: LossOptions = {}): Loss {
  const perSample = losses.has(name) ? undefined : (registeredFunction(name, losses) as LossFunction | undefined);
  if (perSample) return { name, options, labels: ANY, perSample };
  return losses.resolve('loss', name, ', or a name under registerLoss or registerFunction')(options);
}

/** What `compile` takes for a loss: a name, a function of (yTrue, yPred), or what `loss` makes. */
export type LossIdentifier = string | LossFunction | Loss;

/** @throws ValueError when it is none of these, or an unknown name */
export function getLoss(identifier: LossIdentifier): Loss {
  if (typeof identifier === 'string') return loss(identifier);
  if (typeof identifier === 'function') {
    const name = nameOf(identifier);
    return name
      ? loss(name, known.get(identifier)?.options)
      : { name: identifier.name || 'loss', options: {}, labels: ANY, perSample: identifier };
  }
  if (typeof identifier?.perSample === 'function') return identifier;
  throw new ValueError(`loss: given ${String(identifier)}, expected a name, a function of (yTrue, yPred) or a loss`);
}

const nameOf = (f: unknown): string | null => known.get(f)?.name ?? registeredNameOf(f);

/** The name under which `loss` finds it again; null for a function that has none. */
export function lossName(identifier: LossIdentifier): string | null {
  if (typeof identifier === 'function') return nameOf(identifier);
  const { name } = getLoss(identifier);
  return losses.has(name) || registeredFunction(name, losses) ? name : null;
}
