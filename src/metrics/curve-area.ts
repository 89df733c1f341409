import { type Counts, ratio } from './confusion-metric.js';

/** Receiver operating characteristic, precision over recall, or both as gains over predicting positive always. */
export const CURVE_NAMES = ['ROC', 'PR', 'PRGAIN'] as const;
export type Curve = (typeof CURVE_NAMES)[number];

/** The height of a curve between two thresholds: between both, the lower one, or the higher one. */
export const SUMMATION_METHODS = ['interpolation', 'minoring', 'majoring'] as const;
export type SummationMethod = (typeof SUMMATION_METHODS)[number];

/** Return [x, y] of a curve at threshold i. */
type Point = (counts: Counts, i: number) => readonly [x: number, y: number];

const CURVES: Readonly<Record<Curve, Point>> = {
  ROC: ({ truePositives, falsePositives, positives, negatives }, i) => [
    ratio(falsePositives[i], negatives),
    ratio(truePositives[i], positives),
  ],
  PR: ({ truePositives, falsePositives, positives }, i) => [
    ratio(truePositives[i], positives),
    ratio(truePositives[i], truePositives[i] + falsePositives[i]),
  ],
  // Flach & Kull 2015. Without a true positive the gains are [0, 1]; a recall below the fraction of positives gains 0,
  // as in Keras.
  PRGAIN: ({ truePositives, falsePositives, positives, negatives }, i) => {
    if (truePositives[i] === 0) return [0, 1];
    const odds = ratio(positives, negatives);
    const lost = (wrong: number): number => (odds * wrong) / truePositives[i];
    return [Math.max(1 - lost(positives - truePositives[i]), 0), 1 - lost(falsePositives[i])];
  },
};

const HEIGHTS: Readonly<Record<SummationMethod, (a: number, b: number) => number>> = {
  interpolation: (a, b) => (a + b) / 2,
  minoring: Math.min,
  majoring: Math.max,
};

/** Compute the area under a curve through its points at ascending thresholds. */
export function areaUnder(curve: Curve, method: SummationMethod, counts: Counts): number {
  if (curve === 'PR' && method === 'interpolation') return precisionRecallArea(counts);
  let area = 0;
  for (let i = 0; i + 1 < counts.truePositives.length; i++) {
    const [right, a] = CURVES[curve](counts, i);
    const [left, b] = CURVES[curve](counts, i + 1);
    area += (right - left) * HEIGHTS[method](a, b);
  }
  return area;
}

/**
 * Precision is not linear between two points; the counts are. With T true positives among P predicted ones, and T = T₀
 * + s (P − P₀) from one threshold down to the next, ∫ T/P dT = s ∫ T/P dP = s (T₁ − T₀ + (T₀ − s P₀) ln(P₁/P₀)).
 * @see Davis & Goadrich, "The relationship between precision-recall and ROC curves", 2006, section 4
 */
function precisionRecallArea({ truePositives, falsePositives, positives }: Counts): number {
  let area = 0;
  for (let i = 0; i + 1 < truePositives.length; i++) {
    const predicted = truePositives[i] + falsePositives[i];
    const predictedAbove = truePositives[i + 1] + falsePositives[i + 1];
    const found = truePositives[i] - truePositives[i + 1];
    const slope = ratio(found, predicted - predictedAbove);
    // Nothing predicted above: T is proportional to P, and the logarithm's factor is 0.
    const bend =
      predictedAbove > 0 ? (truePositives[i + 1] - slope * predictedAbove) * Math.log(predicted / predictedAbove) : 0;
    area += slope * (found + bend);
  }
  return ratio(area, positives);
}
