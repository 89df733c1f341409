export {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
export { Auc, type AucOptions, ConfusionMetric, Precision, Recall, type ThresholdOptions } from './confusion.js';
export { type Contribution, MeanMetric, Metric, type MetricFunction } from './metric.js';
export { getMetric, type MetricContext, type MetricIdentifier, registerMetric } from './registry.js';
