import { number, type Options, type OptionTable, positiveInteger, readOptions, string } from '../base/options.js';
import { Registry } from '../base/registry.js';
import { cosineSimilarity, meanSquaredError } from '../losses/regression.js';
import { neg } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
import { AUC } from './auc.js';
import { crossentropy } from './crossentropy.js';
import { NamedMeanMetric } from './mean-metric.js';
import type { Direction, Metric } from './metric.js';
import { Precision, Recall } from './precision-recall.js';
import { R2Score } from './r2-score.js';

export type Maker = (options: Readonly<Record<string, unknown>> & { readonly name: string }) => Metric;

interface MeanDefinition<Table extends OptionTable> {
  readonly options?: Table;
  readonly direction: Direction;
  f(yTrue: Tensor, yPred: Tensor, options: Options<Table>): Tensor;
  readonly finish?: (mean: number) => number;
}

/** Return a maker of a mean over samples. */
export const meanOf =
  <Table extends OptionTable>(
    kind: string,
    { options: table = {} as Table, direction, f, finish }: MeanDefinition<Table>,
  ): Maker =>
  ({ name, ...given }) => {
    const options = readOptions(kind, { ...table, name: string() }, { name, ...given } as never) as Options<Table>;
    return new NamedMeanMetric(kind, (y, p) => f(y, p, options), { name, direction, finish, config: given });
  };

const THRESHOLD = {
  /** Predictions above it count as positive; default 0.5. */
  threshold: number().default(0.5),
};
const TOP_K = {
  /** How many of the largest predictions count; default 5. */
  k: positiveInteger().default(5),
};

const higher = { direction: 'max' } as const;

/** The metrics by name, and the spellings of Keras and tfjs. */
export const metrics = /* @__PURE__ */ new Registry<Maker>(
  {
    accuracy: meanOf('accuracy', { ...higher, f: accuracy }),
    crossentropy: meanOf('crossentropy', { direction: 'min', f: crossentropy }),
    auc: (options) => new AUC(options),
    precision: (options) => new Precision(options),
    recall: (options) => new Recall(options),
    r2Score: (options) => new R2Score(options),
    binaryAccuracy: meanOf('binaryAccuracy', {
      ...higher,
      options: THRESHOLD,
      f: (y, p, { threshold }) => binaryAccuracy(y, p, threshold),
    }),
    categoricalAccuracy: meanOf('categoricalAccuracy', { ...higher, f: categoricalAccuracy }),
    sparseCategoricalAccuracy: meanOf('sparseCategoricalAccuracy', { ...higher, f: sparseCategoricalAccuracy }),
    topKCategoricalAccuracy: meanOf('topKCategoricalAccuracy', {
      ...higher,
      options: TOP_K,
      f: (y, p, { k }) => topKCategoricalAccuracy(y, p, k),
    }),
    sparseTopKCategoricalAccuracy: meanOf('sparseTopKCategoricalAccuracy', {
      ...higher,
      options: TOP_K,
      f: (y, p, { k }) => sparseTopKCategoricalAccuracy(y, p, k),
    }),
    rootMeanSquaredError: meanOf('rootMeanSquaredError', {
      direction: 'min',
      f: (y, p) => meanSquaredError(y, p),
      finish: Math.sqrt,
    }),
    // The metric is the similarity, the loss its negative.
    cosineSimilarity: meanOf('cosineSimilarity', { ...higher, f: (y, p) => tidy(() => neg(cosineSimilarity(y, p))) }),
  },
  { acc: 'accuracy', ce: 'crossentropy', rmse: 'rootMeanSquaredError' },
);
