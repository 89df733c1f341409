/** Metrics by tfjs's names as functions of labels and predictions, and Keras's that remember over batches as classes. */
export { Auc, Precision, Recall } from './confusion.js';
export { MeanMetric, Metric } from './metric.js';
export { registerMetric } from './registry.js';
export * from './tfjs.js';
