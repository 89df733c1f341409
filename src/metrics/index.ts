export {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
export { AUC, type AUCOptions } from './auc.js';
export type { Curve, SummationMethod } from './curve-area.js';
export { MeanMetric } from './mean-metric.js';
export { type Contribution, type Direction, Metric, type MetricFunction } from './metric.js';
export { Precision, Recall, type ThresholdOptions } from './precision-recall.js';
export { R2Score, type R2ScoreOptions } from './r2-score.js';
export { type MetricIdentifier, type MetricOptions, metric, registerMetric } from './registry.js';
