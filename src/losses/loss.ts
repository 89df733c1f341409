import { logitsOf } from '../activations/logits.js';
import { COPY } from '../base/copy.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { configOf, type Given, type Options, type OptionTable, readOptions } from '../base/options.js';
import { sameShape } from '../base/shape.js';
import { maskOf } from '../layers/base/masks.js';
import { mul } from '../ops/arithmetic.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asFloat, weightsLike, withRankOf } from './align-labels.js';
import type { LabelRule, LossDefinition, LossFunction } from './define-loss.js';
import { type LossReduction, reduceLosses, reduction } from './reduction.js';

const COMMON = {
  /** How to reduce the losses of a batch to one number; default `'sum_over_batch_size'`, their mean. */
  reduction: reduction(),
};

/**
 * A loss with its options, as returned by `losses.loss`.
 * @example losses.loss('huber', { delta: 2 }).apply(yTrue, yPred)
 */
export class Loss {
  /** For messages: minifiers rename classes. */
  static readonly className: string = 'Loss';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  /** In camelCase: `categoricalCrossentropy`. */
  readonly name: string;
  /** The given options, as JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly labels: LabelRule;
  readonly reduction: LossReduction;
  /** The same from logits, if that is more precise than from probabilities. */
  readonly fromLogits?: { readonly activation: 'softmax' | 'sigmoid'; readonly perSample: LossFunction };
  private readonly values: Options<OptionTable>;

  /** @internal use `losses.loss` */
  constructor(
    private readonly definition: LossDefinition,
    given: Readonly<Record<string, unknown>>,
  ) {
    const table: OptionTable = { ...definition.options, ...COMMON };
    const values = readOptions(definition.name, table, given as Given<OptionTable>);
    const config = configOf(table, values);
    this.name = definition.name;
    this.values = values;
    this.options = Object.fromEntries(Object.entries(config).filter(([name]) => given[name] !== undefined));
    this.labels = definition.labels(values);
    this.reduction = (values.reduction as LossReduction | null) ?? 'none';
    const { activation } = definition;
    // Predictions have logits along their last axis.
    if (activation && !values.fromLogits && (activation === 'sigmoid' || values.axis === -1)) {
      const options = { ...values, fromLogits: true };
      const perSample: LossFunction = (yTrue, logits) => definition.perSample(yTrue, logits, options);
      this.fromLogits = { activation, perSample };
    }
  }

  /** @internal */
  [INSPECT](...args: InspectArguments): string {
    const { name, options, reduction } = this;
    return inspected(`Loss ${name}`, { ...options, reduction }, args);
  }

  /** Compute the losses per sample. @throws ShapeError when the shapes disagree */
  perSample(yTrue: Tensor, yPred: Tensor): Tensor {
    return tidy(() =>
      this.definition.perSample(yTrue, this.labels.kind === 'any' ? yPred : asFloat(yPred), this.values),
    );
  }

  /** 1 where a sample counts, 0 where it does not; undefined where all count. */
  counted(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    return this.definition.counted?.(yTrue, yPred, this.values);
  }

  /**
   * Compute the loss of a batch, reduced according to `reduction`; from the logits behind the predictions if
   * they are known and that is more precise.
   * @param sampleWeight [batch], or shaped as the losses per sample
   * @throws ShapeError when the shapes disagree
   */
  apply(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Tensor {
    return tidy(() => {
      const losses = lossesOf(this, yTrue, yPred);
      const counted = maskedCount(losses, yPred, this.counted(yTrue, yPred));
      return reduceLosses(losses, this.reduction, sampleWeight, counted);
    });
  }
}

/** Exclude masked steps of a sequence, as Keras does. */
function maskedCount(losses: Tensor, yPred: Tensor, counted: Tensor | undefined): Tensor | undefined {
  const mask = maskOf(yPred);
  if (!mask || !sameShape(mask.shape, losses.shape.slice(0, mask.rank))) return counted;
  const steps = weightsLike(losses, mask);
  return counted ? mul(steps, counted) : steps;
}

/** Compute the losses per sample from the logits behind the predictions if they are known and that is more precise. */
export function lossesOf(loss: Loss, yTrue: Tensor, yPred: Tensor): Tensor {
  // [batch] − [batch, 1] would silently be [batch, batch].
  if (loss.labels.kind === 'any') return loss.perSample(withRankOf(yPred, yTrue), yPred);
  const { fromLogits } = loss;
  const source = fromLogits && logitsOf(yPred);
  return source && source.kind === fromLogits.activation
    ? fromLogits.perSample(yTrue, source.logits)
    : loss.perSample(yTrue, yPred);
}
