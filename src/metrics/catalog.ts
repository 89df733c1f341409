import { integer } from '../base/options.js';
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from './at-constraint.js';
import { meanOf, metrics } from './built-in.js';
import { concordanceCorrelation, pearsonCorrelation } from './correlation.js';
import { FalseNegatives, FalsePositives, TrueNegatives, TruePositives } from './counts.js';
import { F1Score, FBetaScore } from './f-score.js';
import { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from './iou.js';
import type { Metric } from './metric.js';
import { Mean, Sum } from './totals.js';

/*
 * The metrics that are too large for every page, by name. A bundle has them by name where it loads models, which may
 * name them; `compile` takes the objects anywhere.
 */
const CLASSES = [
  BinaryIoU,
  F1Score,
  FBetaScore,
  FalseNegatives,
  FalsePositives,
  IoU,
  Mean,
  MeanIoU,
  OneHotIoU,
  OneHotMeanIoU,
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
  Sum,
  TrueNegatives,
  TruePositives,
];

for (const Class of CLASSES as readonly { readonly className: string; new (options: never): Metric }[]) {
  const { className } = Class;
  metrics.addBuiltIn(className[0].toLowerCase() + className.slice(1), (options) => new Class(options as never));
}

const AXIS = {
  /** Along which labels and predictions are compared; default −1. */
  axis: integer().default(-1),
};

for (const [kind, f] of Object.entries({ pearsonCorrelation, concordanceCorrelation })) {
  metrics.addBuiltIn(kind, meanOf(kind, { direction: 'max', options: AXIS, f: (y, p, { axis }) => f(y, p, axis) }));
}
