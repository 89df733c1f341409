import { ShapeError } from '../base/errors.js';
import {
  boolean,
  configOf,
  fraction,
  type Given,
  integer,
  listOf,
  number,
  type Options,
  oneOf,
  readOptions,
  string,
} from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { asFloat, weightsLike } from '../losses/align-labels.js';
import { sigmoid } from '../ops/activations.js';
import { mul } from '../ops/arithmetic.js';
import { tensor } from '../ops/creation.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { ConfusionMetric, ratio } from './confusion-metric.js';
import { areaUnder, CURVE_NAMES, SUMMATION_METHODS } from './curve-area.js';
import type { Contribution } from './metric.js';

const OPTIONS = {
  /** In logs; default `auc`. */
  name: string().default('auc'),
  /** Number of thresholds, evenly spaced in [0, 1]; default 200. */
  numThresholds: integer({ min: 2 }).default(200),
  /**
   * `'ROC'`, true over false positive rate; `'PR'`, precision over recall; `'PRGAIN'`, their gains. Default `'ROC'`.
   */
  curve: oneOf(CURVE_NAMES).default('ROC'),
  /**
   * Between thresholds the curve is interpolated (default), or is its lower (`'minoring'`) or upper (`'majoring'`)
   * bound.
   */
  summationMethod: oneOf(SUMMATION_METHODS).default('interpolation'),
  /** Thresholds in [0, 1] instead of evenly spaced ones; the ends are added. */
  thresholds: listOf(fraction()).optional(),
  /** Whether to average the areas of the positions of the last axis; default false: one area for all predictions. */
  multiLabel: boolean().default(false),
  /** One number ≥ 0 per label: weights of the areas with multiLabel, else of the predictions. Default equal weights. */
  labelWeights: listOf(number({ min: 0 }))
    .nullable()
    .default(null),
  /** Whether predictions are logits, to which the sigmoid is applied first; default false. */
  fromLogits: boolean().default(false),
};

export type AUCOptions = Given<typeof OPTIONS>;

/** Thresholds strictly between the ends. */
function innerThresholds({ numThresholds, thresholds }: Options<typeof OPTIONS>): number[] {
  if (thresholds) return [...thresholds].sort((a, b) => a - b);
  return Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
}

/**
 * Area under a curve through counts at several thresholds: by default the ROC curve at 200, by trapezoids. The PR
 * curve is interpolated after Davis & Goadrich 2006.
 * @throws ValueError when an option is unknown or has an invalid value
 * @see keras.metrics.AUC
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.AUC({ curve: 'PR' })] })
 */
export class AUC extends ConfusionMetric {
  static override readonly className = 'AUC';

  override readonly direction = 'max';
  private readonly options: Options<typeof OPTIONS>;

  constructor(given?: AUCOptions) {
    const options = readOptions('auc', OPTIONS, given);
    // The ends are just outside, so that predictions of 0 and 1 are inside.
    super(options.name, [-1e-7, ...innerThresholds(options), 1 + 1e-7], options.multiLabel);
    this.options = options;
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    const { fromLogits, labelWeights, multiLabel } = this.options;
    const labels = yPred.shape.at(-1);
    if (multiLabel && yPred.rank < 2) {
      throw new ShapeError(
        `${this.name}: yPred is ${formatShape(yPred.shape)}, expected [batch, labels] for multiLabel`,
      );
    }
    if (labelWeights && labelWeights.length !== labels) {
      throw new ShapeError(`${this.name}: ${labelWeights.length} labelWeights, expected ${labels}, one a label`);
    }
    return tidy(() => {
      const predictions = fromLogits ? sigmoid(asFloat(yPred)) : asFloat(yPred);
      if (!labelWeights || multiLabel) return super.contribution(yTrue, predictions, sampleWeight);
      const weights = tensor(
        [...labelWeights],
        [...yPred.shape.slice(1).fill(1), labelWeights.length],
        predictions.dtype,
      );
      return super.contribution(
        yTrue,
        predictions,
        sampleWeight ? mul(weightsLike(predictions, sampleWeight), weights) : weights,
      );
    });
  }

  override result(): number {
    const { curve, summationMethod, multiLabel, labelWeights } = this.options;
    const weights = multiLabel ? labelWeights : null;
    let area = 0;
    let total = 0;
    for (const [label, counts] of this.counts.entries()) {
      const weight = weights?.[label] ?? 1;
      area += weight * areaUnder(curve, summationMethod, counts);
      total += weight;
    }
    return ratio(area, total);
  }

  override getConfig(): Record<string, unknown> {
    const { thresholds } = this.options;
    const config = configOf(OPTIONS, this.options);
    return thresholds ? { ...config, numThresholds: thresholds.length + 2 } : config;
  }
}
