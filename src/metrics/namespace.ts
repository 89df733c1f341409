/** Metrics by tfjs's names as functions of labels and predictions, and Keras's that remember over batches as classes. */
export { AUC } from './auc.js';
export { MeanMetric, Metric } from './metric.js';
export { Precision, Recall } from './precision-recall.js';
export { metric, registerMetric } from './registry.js';
export * from './tfjs.js';
