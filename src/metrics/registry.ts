import { type Loss, lossesOf } from '../losses/loss.js';
import { loss as lossNamed, spelling } from '../losses/registry.js';
import { ValueError } from '../tensor/errors.js';
import { neg } from '../tensor/ops/unary.js';
import { tidy } from '../tensor/scope.js';
import {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
import { Auc } from './auc.js';
import { MeanMetric, Metric, type MetricFunction } from './metric.js';
import { Precision, Recall } from './precision-recall.js';

/** What `compile` takes for a metric: a name, a function of (yTrue, yPred), or a metric. */
export type MetricIdentifier = string | MetricFunction | Metric;

/** What a metric that is named `accuracy` or `crossentropy` depends on. */
export interface MetricContext {
  readonly loss: Loss;
  /** Of the model's output, the batch first. */
  readonly outputShape: readonly (number | null)[];
}

type Maker = (name: string) => Metric;
const mean =
  (f: MetricFunction): Maker =>
  (name) =>
    new MeanMetric(name, f);

const makers = new Map<string, Maker>();
const register = (names: readonly string[], make: Maker): void => {
  for (const name of names) makers.set(spelling(name), make);
};

register(['binaryAccuracy'], mean(binaryAccuracy));
register(['categoricalAccuracy'], mean(categoricalAccuracy));
register(['sparseCategoricalAccuracy'], mean(sparseCategoricalAccuracy));
register(['topKCategoricalAccuracy'], mean(topKCategoricalAccuracy));
register(['sparseTopKCategoricalAccuracy'], mean(sparseTopKCategoricalAccuracy));
register(['rootMeanSquaredError', 'rmse'], (name) => new MeanMetric(name, lossNamed('mse').perSample, Math.sqrt));
// As a metric the similarity itself, as a loss its negative.
register(
  ['cosineSimilarity'],
  mean((yTrue, yPred) => tidy(() => neg(lossNamed('cosineSimilarity').perSample(yTrue, yPred)))),
);
register(['auc'], (name) => new Auc({ name }));
register(['precision'], (name) => new Precision({ name }));
register(['recall'], (name) => new Recall({ name }));

/** The kind that fits the loss and the output, as Keras chooses it. */
function kindOf({ loss, outputShape }: MetricContext): 'binary' | 'sparseCategorical' | 'categorical' {
  if (loss.labels.kind === 'classes') return 'sparseCategorical';
  return outputShape.at(-1) === 1 || loss.name === 'binaryCrossentropy' ? 'binary' : 'categorical';
}

/** Names that stand for the metric that fits the loss. */
const CHOSEN_BY_LOSS: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  acc: 'Accuracy',
  crossentropy: 'Crossentropy',
  ce: 'Crossentropy',
};

/** Makes a metric of your own known by a name. @throws ValueError when the name is taken */
export function registerMetric(name: string, f: MetricFunction): void {
  if (makers.has(spelling(name)) || Object.hasOwn(CHOSEN_BY_LOSS, spelling(name)))
    throw new ValueError(`registerMetric: the name ${name} is taken`);
  makers.set(spelling(name), mean(f));
}

/**
 * A metric with the name that the user wrote: `acc` stays `acc` in logs.
 * @throws ValueError when the name is unknown
 */
export function getMetric(identifier: MetricIdentifier, context: MetricContext): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'function') return new MeanMetric(identifier.name || 'metric', identifier);
  if (typeof identifier !== 'string') {
    throw new ValueError(
      `metric: given ${String(identifier)}, expected a name, a function of (yTrue, yPred) or a metric`,
    );
  }
  const given = spelling(identifier);
  const chosen = Object.hasOwn(CHOSEN_BY_LOSS, given) ? `${kindOf(context)}${CHOSEN_BY_LOSS[given]}` : identifier;
  return makers.get(spelling(chosen))?.(identifier) ?? lossAsMetric(identifier, chosen);
}

function lossAsMetric(name: string, lossName: string): Metric {
  try {
    const loss = lossNamed(lossName);
    return new MeanMetric(name, (yTrue, yPred) => lossesOf(loss, yTrue, yPred));
  } catch {
    throw new ValueError(
      `metric: '${name}' is not known, expected accuracy, auc, precision, recall, … or the name of a loss`,
    );
  }
}
