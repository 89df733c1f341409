import { assertFunction } from '../base/arguments.js';
import { nameForCopies, nameInOtherCopy } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { type OptionTable, readOptions, string } from '../base/options.js';
import { registeredFunction, registeredNameOf } from '../base/serialization.js';
import { show } from '../base/show.js';
import type { LossDefinition } from '../losses/define-loss.js';
import { Loss, lossesOf } from '../losses/loss.js';
import { findLoss, isBuiltInLoss, type LossOptions, lossName, lossNames } from '../losses/registry.js';
import {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
import type { AUCOptions } from './auc.js';
import { type Maker, metrics } from './built-in.js';
import { MeanMetric, NamedMeanMetric } from './mean-metric.js';
import { type Direction, Metric, type MetricFunction } from './metric.js';
import type { ThresholdOptions } from './precision-recall.js';

/** A metric for `compile`: a name, a function of (yTrue, yPred), or a metric. */
export type MetricIdentifier = string | MetricFunction | Metric;

/** Options of the metrics; each metric has its own, and a metric named after a loss has those of the loss. */
export interface MetricOptions
  extends Omit<AUCOptions, 'thresholds'>,
    Omit<ThresholdOptions, 'thresholds'>,
    Omit<LossOptions, 'reduction' | 'ignoreClass'> {
  /** For AUC, precision and recall. */
  readonly thresholds?: number | readonly number[] | null;
  /** For binary accuracy: predictions above it count as positive; default 0.5. */
  readonly threshold?: number;
  /** For the top-k accuracies: how many of the largest predictions count; default 5. */
  readonly k?: number;
  /** For the IoU metrics: number of classes. */
  readonly numClasses?: number;
  /** For IoU, BinaryIoU and OneHotIoU: the classes whose mean is the result. */
  readonly targetClassIds?: readonly number[];
  /** For the IoU metrics: a class number whose labels do not count; default none. */
  readonly ignoreClass?: number | null;
  /** For IoU and MeanIoU: whether labels are class numbers; default true. */
  readonly sparseYTrue?: boolean;
  /** For the IoU metrics: whether predictions are class numbers; default true, of one-hot ones false. */
  readonly sparseYPred?: boolean;
  /** For F1Score and FBetaScore: how the scores of the classes are one number; default null: one number a class. */
  readonly average?: 'micro' | 'macro' | 'weighted' | null;
  /** For precisionAtRecall: the recall that is demanded. */
  readonly recall?: number;
  /** For recallAtPrecision: the precision that is demanded. */
  readonly precision?: number;
  /** For sensitivityAtSpecificity: the specificity that is demanded. */
  readonly specificity?: number;
  /** For specificityAtSensitivity: the sensitivity that is demanded. */
  readonly sensitivity?: number;
}

interface KnownFunction {
  /** The name for `metric`. */
  readonly name?: string;
  readonly direction?: Direction;
}

const NAMED_FUNCTIONS: readonly (readonly [MetricFunction, string])[] = [
  [accuracy, 'accuracy'],
  [binaryAccuracy, 'binaryAccuracy'],
  [categoricalAccuracy, 'categoricalAccuracy'],
  [sparseCategoricalAccuracy, 'sparseCategoricalAccuracy'],
  [topKCategoricalAccuracy, 'topKCategoricalAccuracy'],
  [sparseTopKCategoricalAccuracy, 'sparseTopKCategoricalAccuracy'],
];

const known = /* @__PURE__ */ new WeakMap<object, KnownFunction>(
  /* @__PURE__ */ NAMED_FUNCTIONS.map(([f, name]) => [f, { name }]),
);

for (const [f, name] of NAMED_FUNCTIONS) nameForCopies(f, name);

/** Set which values of a function are better, for callbacks. @returns the function */
export function knownMetric<F extends MetricFunction>(direction: Direction, f: F): F {
  known.set(f, { direction });
  return f;
}

/** Built-in metrics that are not in every bundle: `catalog.ts` adds their names. */
const FURTHER = new Set(
  'IoU BinaryIoU MeanIoU OneHotIoU OneHotMeanIoU FBetaScore F1Score TruePositives FalsePositives TrueNegatives FalseNegatives PrecisionAtRecall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity PearsonCorrelation ConcordanceCorrelation Mean Sum'.split(
    ' ',
  ),
);

/** Return whether the metric is built in, so that Keras has it too. */
export const isBuiltInMetric = (name: string): boolean =>
  metrics.isBuiltIn(name) || isBuiltInLoss(name) || FURTHER.has(name);

/**
 * Register a custom metric by name, for `compile` and for files that were saved with it.
 * @param f one value per sample, or a scalar; the metric is their mean over all batches
 * @throws ValueError when the name is taken
 * @example metrics.registerMetric('largest', (yTrue, yPred) => yPred.max())
 */
export function registerMetric(name: string, f: MetricFunction): void {
  assertFunction('registerMetric', 'f', f);
  metrics.register('registerMetric', name, customMean(name, f));
  known.set(f, { ...known.get(f), name });
}

const customMean = (kind: string, f: MetricFunction): Maker => {
  const direction = known.get(f)?.direction ?? null;
  return (options) => {
    const { name } = readOptions(kind, { name: string() }, options as { readonly name: string });
    return new NamedMeanMetric(kind, f, { name, direction });
  };
};

/** Make the mean of a loss; lower values are better. */
function meanLoss(definition: LossDefinition): Maker {
  const { ignoreClass: _, ...table } = definition.options;
  return (options) => {
    readOptions(definition.name, { ...table, name: string() } as OptionTable, options);
    const { name, ...config } = options;
    const loss = new Loss(definition, config);
    const f: MetricFunction = (yTrue, yPred) => lossesOf(loss, yTrue, yPred);
    return new NamedMeanMetric(definition.name, f, { name, direction: 'min', config });
  };
}

/**
 * Look up a name among metrics, then losses, then functions of `registerFunction`.
 * @throws ValueError when the name is unknown
 */
function makerOf(name: string): Maker {
  const maker = metrics.find(name);
  if (maker) return maker;
  const loss = findLoss(name);
  if (loss) return meanLoss(loss);
  const f = registeredFunction(name, metrics) as MetricFunction | undefined;
  if (f) return customMean(name, f);
  const orElse = ', the name of a loss, or a name under registerMetric or registerFunction';
  throw new ValueError(metrics.unknown('metric', name, orElse, lossNames()));
}

/**
 * Make a metric from its name, in any spelling, and its options; a loss's name gives its mean. The IoU metrics, F
 * scores, counts, correlations and those at a constraint are found by name in Node and where models are loaded; a
 * bundle of
 * neither takes their classes.
 * @param options.name in logs, default the name given
 * @throws ValueError when the name is unknown, or the metric has no such option
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [metrics.metric('binaryAccuracy', { threshold: 0.7
 * })] })
 */
export function metric(metricName: string, options: MetricOptions = {}): Metric {
  return makerOf(metricName)({ ...options, name: options.name ?? metricName });
}

/** Return the name of a function for `metric`; null if it has none. */
export const metricName = (f: MetricFunction): string | null =>
  known.get(f)?.name ?? nameInOtherCopy(f)?.name ?? lossName(f) ?? registeredNameOf(f);

/**
 * Resolve one of `compile`'s metrics. It keeps the name that the user gave: `acc` stays `acc` in logs.
 * @throws ValueError when the name is unknown
 */
export function getMetric(identifier: MetricIdentifier): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'string') return metric(identifier);
  if (typeof identifier !== 'function') {
    throw new ValueError(
      `metric: given ${show(identifier)}, expected a name, a function of (yTrue, yPred) or a metric`,
    );
  }
  const name = metricName(identifier);
  if (name) return metric(name);
  const { direction } = known.get(identifier) ?? {};
  return new MeanMetric(identifier.name || 'metric', identifier, undefined, direction);
}
