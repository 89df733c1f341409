import { ValueError } from '../base/errors.js';
import { assertKnownOptions } from '../base/names.js';
import { Registry } from '../base/registry.js';
import { registeredFunction, registeredNameOf } from '../base/serialization.js';
import { type Loss, lossesOf } from '../losses/loss.js';
import {
  isBuiltInLoss,
  isLossName,
  type LossOptions,
  lossName,
  loss as lossNamed,
  lossNames,
} from '../losses/registry.js';
import { neg } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
import { AUC, type AUCOptions } from './auc.js';
import { MeanMetric, Metric, type MetricFunction } from './metric.js';
import { NamedMean } from './named-mean.js';
import { Precision, Recall, type ThresholdOptions } from './precision-recall.js';

/** What `compile` takes for a metric: a name, a function of (yTrue, yPred), or a metric. */
export type MetricIdentifier = string | MetricFunction | Metric;

/** What a metric that is named `accuracy` or `crossentropy` depends on. */
export interface MetricContext {
  readonly loss: Loss;
  /** Of the model's output, the batch first. */
  readonly outputShape: readonly (number | null)[];
}

/** Options of the metrics that have any; those of a loss where the metric is one. */
export interface MetricOptions
  extends Omit<AUCOptions, 'thresholds'>,
    Omit<ThresholdOptions, 'thresholds'>,
    LossOptions {
  /** Of areas under curves, precision and recall. */
  readonly thresholds?: number | readonly number[] | null;
  /** Of binary accuracy: predictions above it count as positive; default 0.5. */
  readonly threshold?: number;
  /** Of the two top-k accuracies: how many of the largest predictions count; default 5. */
  readonly k?: number;
}

/** A mean over samples, under its own name, then others. */
interface Entry {
  readonly names: readonly string[];
  readonly f: (yTrue: Tensor, yPred: Tensor, options: MetricOptions) => Tensor;
  /** The only option that it has beside its name. */
  readonly option?: keyof MetricOptions;
  /** The public function that it stands for, where that takes its option by itself. */
  readonly of?: (yTrue: Tensor, yPred: Tensor, option?: number) => Tensor;
  readonly finish?: (mean: number) => number;
}

const meanSquares = lossNamed('mse').perSample;
const cosineDistance = lossNamed('cosineSimilarity').perSample;

const MEANS: readonly Entry[] = [
  {
    names: ['binaryAccuracy'],
    f: (y, p, { threshold }) => binaryAccuracy(y, p, threshold),
    option: 'threshold',
    of: binaryAccuracy,
  },
  { names: ['categoricalAccuracy'], f: categoricalAccuracy },
  { names: ['sparseCategoricalAccuracy'], f: sparseCategoricalAccuracy },
  {
    names: ['topKCategoricalAccuracy'],
    f: (y, p, { k }) => topKCategoricalAccuracy(y, p, k),
    option: 'k',
    of: topKCategoricalAccuracy,
  },
  {
    names: ['sparseTopKCategoricalAccuracy'],
    f: (y, p, { k }) => sparseTopKCategoricalAccuracy(y, p, k),
    option: 'k',
    of: sparseTopKCategoricalAccuracy,
  },
  { names: ['rootMeanSquaredError', 'rmse'], f: meanSquares, finish: Math.sqrt },
  // As a metric the similarity itself, as a loss its negative.
  { names: ['cosineSimilarity'], f: (y, p) => tidy(() => neg(cosineDistance(y, p))) },
];

type Maker = (options: MetricOptions & { readonly name: string }) => Metric;

function maker({ names: [name], f, option, finish }: Entry): Maker {
  return (options) => {
    assertKnownOptions(name, options, option ? ['name', option] : ['name']);
    return new NamedMean(name, options, (y, p) => f(y, p, options), finish);
  };
}

/** Names for the metric that fits the loss. */
const CHOSEN_BY_LOSS: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  acc: 'Accuracy',
  crossentropy: 'Crossentropy',
  ce: 'Crossentropy',
};

const chosenByLoss = /* @__PURE__ */ new Registry(CHOSEN_BY_LOSS);

const metrics = /* @__PURE__ */ new Registry<Maker>(
  {
    auc: (options) => new AUC(options as AUCOptions),
    precision: (options) => new Precision(options),
    recall: (options) => new Recall(options),
    ...Object.fromEntries(MEANS.map((entry) => [entry.names[0], maker(entry)])),
  },
  { rmse: 'rootMeanSquaredError' },
);

/** Names of functions, so that a model that was compiled with one can be saved. */
const functionNames = new Map<unknown, string>(MEANS.map(({ f, of, names: [name] }) => [of ?? f, name]));

/** Whether the metric is built in, so that Keras knows it too. */
export const isBuiltInMetric = (name: string): boolean =>
  metrics.isBuiltIn(name) || chosenByLoss.has(name) || isBuiltInLoss(name);

/** The kind that fits the loss and the output, as Keras chooses it. */
function kindOf({ loss, outputShape }: MetricContext): 'binary' | 'sparseCategorical' | 'categorical' {
  if (loss.labels.kind === 'classes') return 'sparseCategorical';
  return outputShape.at(-1) === 1 || loss.name === 'binaryCrossentropy' ? 'binary' : 'categorical';
}

/**
 * Makes a metric of your own known by a name, for `compile` and for files that were saved with it.
 * @param f one value a sample, or a scalar; the metric is their mean over all batches
 * @throws ValueError when the name is taken
 * @example metrics.registerMetric('largest', (yTrue, yPred) => yPred.max())
 */
export function registerMetric(name: string, f: MetricFunction): void {
  if (chosenByLoss.has(name)) throw new ValueError(`registerMetric: the name ${name} is taken`);
  metrics.register('registerMetric', name, (options) => new NamedMean(name, options, f));
  functionNames.set(f, name);
}

/**
 * A metric by its name in either spelling, with options; a loss's name gives its mean.
 * @param options.name what logs call it, default the name given
 * @throws ValueError when the name is unknown, or stands for what only the loss tells, as `accuracy` does
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [metrics.metric('binaryAccuracy', { threshold: 0.7 })] })
 */
export function metric(name: string, options: MetricOptions = {}): Metric {
  const named = { ...options, name: options.name ?? name };
  const make = metrics.find(name);
  if (make) return make(named);
  if (chosenByLoss.has(name)) {
    throw new ValueError(`metric: '${name}' depends on the loss, expected the name itself in compile's metrics`);
  }
  if (isLossName(name)) return lossAsMetric(name, options);
  const f = registeredFunction(name, metrics) as MetricFunction | undefined;
  if (f) return new NamedMean(name, named, f);
  const orElse = ', accuracy, crossentropy, the name of a loss, or a name under registerMetric or registerFunction';
  throw new ValueError(metrics.unknown('metric', name, orElse, [...chosenByLoss.names, ...lossNames()]));
}

function lossAsMetric(lossIdentifier: string, { name = lossIdentifier, ...options }: MetricOptions): Metric {
  const loss = lossNamed(lossIdentifier, options);
  return new NamedMean(loss.name, { name, ...options }, (yTrue, yPred) => lossesOf(loss, yTrue, yPred));
}

/** The name under which `metric` finds it again; null for a function that has none. */
export const metricName = (f: MetricFunction): string | null =>
  functionNames.get(f) ?? lossName(f) ?? registeredNameOf(f);

/**
 * A metric with the name that the user wrote: `acc` stays `acc` in logs.
 * @throws ValueError when the name is unknown
 */
export function getMetric(identifier: MetricIdentifier, context: MetricContext): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'function') {
    const name = metricName(identifier);
    return name ? metric(name) : new MeanMetric(identifier.name || 'metric', identifier);
  }
  if (typeof identifier !== 'string') {
    throw new ValueError(
      `metric: given ${String(identifier)}, expected a name, a function of (yTrue, yPred) or a metric`,
    );
  }
  const chosen = chosenByLoss.find(identifier);
  return metric(chosen ? `${kindOf(context)}${chosen}` : identifier, { name: identifier });
}
