export {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.js';
export {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from './at-constraint.js';
export { AUC, type AUCOptions } from './auc.js';
export { concordanceCorrelation, pearsonCorrelation } from './correlation.js';
export { type CountOptions, FalseNegatives, FalsePositives, TrueNegatives, TruePositives } from './counts.js';
export type { Curve, SummationMethod } from './curve-area.js';
export { Accuracy, type AccuracyOptions } from './equality.js';
export { F1Score, type F1ScoreOptions, FBetaScore, type FBetaScoreOptions } from './f-score.js';
export {
  BinaryIoU,
  type BinaryIoUOptions,
  IoU,
  type IoUOptions,
  MeanIoU,
  type MeanIoUOptions,
  OneHotIoU,
  type OneHotIoUOptions,
  OneHotMeanIoU,
  type OneHotMeanIoUOptions,
} from './iou.js';
export {
  type AveragePrecisions,
  MeanAveragePrecision,
  type MeanAveragePrecisionOptions,
  type PictureDetections,
  type PictureObjects,
} from './mean-average-precision.js';
export { MeanMetric } from './mean-metric.js';
export { type Contribution, type Direction, Metric, type MetricFunction } from './metric.js';
export { Precision, Recall, type ThresholdOptions } from './precision-recall.js';
export { R2Score, type R2ScoreOptions } from './r2-score.js';
export { type MetricIdentifier, type MetricOptions, metric, registerMetric } from './registry.js';
export { Mean, type MeanOptions, Sum, type SumOptions } from './totals.js';
