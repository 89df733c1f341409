export {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
export type { Curve, SummationMethod } from './area.js';
export { AUC, type AUCOptions } from './auc.js';
export { ConfusionMetric } from './confusion.js';
export { type Contribution, MeanMetric, Metric, type MetricFunction } from './metric.js';
export { Precision, Recall, type ThresholdOptions } from './precision-recall.js';
export {
  getMetric,
  type MetricContext,
  type MetricIdentifier,
  type MetricOptions,
  metric,
  registerMetric,
} from './registry.js';
