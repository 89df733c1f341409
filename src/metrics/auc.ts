import { ShapeError, ValueError } from '../base/errors.js';
import { assertKnownOptions } from '../base/names.js';
import { formatShape } from '../base/shape.js';
import { sigmoid } from '../ops/activations.js';
import { mul } from '../ops/arithmetic.js';
import { tensor } from '../ops/creation.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { areaUnder, CURVES, type Curve, HEIGHTS, type SummationMethod } from './area.js';
import { ConfusionMetric, ratio } from './confusion.js';
import { type Contribution, weightsLike } from './metric.js';

export interface AUCOptions {
  /** In logs; default `auc`. */
  readonly name?: string;
  /** How many thresholds, evenly spaced in [0, 1]; default 200. */
  readonly numThresholds?: number;
  /** `'ROC'`, true over false positive rate; `'PR'`, precision over recall; `'PRGAIN'`, their gains. Default `'ROC'`. */
  readonly curve?: Curve;
  /** Between thresholds the curve is interpolated (default), or taken as low (`'minoring'`) or high (`'majoring'`) as can be. */
  readonly summationMethod?: SummationMethod;
  /** Thresholds in [0, 1] instead of evenly spaced ones; the ends are added. */
  readonly thresholds?: readonly number[] | null;
  /** An area for each position of the last axis, then their mean; default all predictions as of one label. */
  readonly multiLabel?: boolean;
  /** One number ≥ 0 a label: weighs the areas where multiLabel, else the predictions. Default all alike. */
  readonly labelWeights?: readonly number[] | null;
  /** The predictions are logits; their sigmoid is compared. Default false. */
  readonly fromLogits?: boolean;
}

const OPTIONS = [
  'name',
  'numThresholds',
  'curve',
  'summationMethod',
  'thresholds',
  'multiLabel',
  'labelWeights',
  'fromLogits',
] as const satisfies readonly (keyof AUCOptions)[];

function assertOneOf(option: string, value: string, choices: object): void {
  if (!Object.hasOwn(choices, value)) {
    throw new ValueError(`auc: ${option} is ${String(value)}, expected one of ${Object.keys(choices).join(', ')}`);
  }
}

/** Thresholds strictly between the ends. */
function innerThresholds({ numThresholds = 200, thresholds }: AUCOptions): number[] {
  if (thresholds !== undefined && thresholds !== null) {
    if (!Array.isArray(thresholds)) throw new ValueError(`auc: thresholds is ${String(thresholds)}, expected a list`);
    const wrong = thresholds.findIndex((value) => !(value >= 0 && value <= 1));
    if (wrong >= 0) throw new ValueError(`auc: thresholds[${wrong}] is ${thresholds[wrong]}, expected one in [0, 1]`);
    return [...thresholds].sort((a, b) => a - b);
  }
  if (!(Number.isInteger(numThresholds) && numThresholds >= 2)) {
    throw new ValueError(`auc: numThresholds is ${numThresholds}, expected an integer ≥ 2`);
  }
  return Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
}

/**
 * The area under a curve through counts at some thresholds: by default the ROC curve at 200, by trapezoids. The PR curve is
 * interpolated after Davis & Goadrich 2006.
 * @throws ValueError when an option is unknown or none of those allowed
 * @see keras.metrics.AUC
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.AUC({ curve: 'PR' })] })
 */
export class AUC extends ConfusionMetric {
  static override readonly className = 'AUC';

  private readonly options: AUCOptions;
  private readonly curve: Curve;
  private readonly summationMethod: SummationMethod;

  constructor(options: AUCOptions = {}) {
    const { name = 'auc', curve = 'ROC', summationMethod = 'interpolation', labelWeights } = options;
    assertKnownOptions('auc', options, OPTIONS);
    assertOneOf('curve', curve, CURVES);
    assertOneOf('summationMethod', summationMethod, HEIGHTS);
    if (labelWeights?.some((weight) => !(weight >= 0))) {
      throw new ValueError(`auc: labelWeights are ${labelWeights.join(', ')}, expected numbers ≥ 0`);
    }
    // The ends lie just outside, so that predictions of 0 and 1 fall inside.
    super(name, [-1e-7, ...innerThresholds(options), 1 + 1e-7], options.multiLabel);
    this.options = options;
    this.curve = curve;
    this.summationMethod = summationMethod;
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
      const predictions = fromLogits ? sigmoid(yPred) : yPred;
      if (!labelWeights || multiLabel) return super.contribution(yTrue, predictions, sampleWeight);
      const weights = tensor([...labelWeights], [...yPred.shape.slice(1).fill(1), labelWeights.length], yPred.dtype);
      return super.contribution(
        yTrue,
        predictions,
        sampleWeight ? mul(weightsLike(yPred, sampleWeight), weights) : weights,
      );
    });
  }

  override result(): number {
    const weights = this.options.multiLabel ? this.options.labelWeights : null;
    let area = 0;
    let total = 0;
    for (const [label, counts] of this.counts.entries()) {
      const weight = weights?.[label] ?? 1;
      area += weight * areaUnder(this.curve, this.summationMethod, counts);
      total += weight;
    }
    return ratio(area, total);
  }

  override getConfig(): Record<string, unknown> {
    const {
      numThresholds = 200,
      thresholds,
      multiLabel = false,
      labelWeights = null,
      fromLogits = false,
    } = this.options;
    return {
      ...super.getConfig(),
      numThresholds: thresholds ? thresholds.length + 2 : numThresholds,
      curve: this.curve,
      summationMethod: this.summationMethod,
      ...(thresholds ? { thresholds } : {}),
      multiLabel,
      labelWeights,
      fromLogits,
    };
  }
}
