import { logitsOf } from '../activations/logits.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { configOf, type Given, type Options, type OptionTable, readOptions } from '../base/options.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asFloat, withRankOf } from './align-labels.js';
import type { LabelRule, LossDefinition, LossFunction } from './define-loss.js';
import { type LossReduction, reduceLosses, reduction } from './reduction.js';

const COMMON = {
  /** How the losses of a batch become one number; default `'sum_over_batch_size'`, their mean. */
  reduction: reduction(),
};

/** A loss with its options, as `losses.loss` makes it. @example losses.loss('huber', { delta: 2 }).apply(yTrue, yPred) */
export class Loss {
  /** In camelCase: `categoricalCrossentropy`. */
  readonly name: string;
  /** The options that were given; JSON alone. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly labels: LabelRule;
  readonly reduction: LossReduction;
  /** The same from the input of an activation, where that is more exact than from its output. */
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
    // The logits behind predictions are those of their last axis.
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

  /** Losses per sample. @throws ShapeError when the shapes disagree */
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
   * The loss of a batch, reduced as the option `reduction` says; computed from the logits behind the predictions where
   * they are known and that is more exact.
   * @param sampleWeight [batch]
   * @throws ShapeError when the shapes disagree
   */
  apply(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Tensor {
    return tidy(() =>
      reduceLosses(lossesOf(this, yTrue, yPred), this.reduction, sampleWeight, this.counted(yTrue, yPred)),
    );
  }
}

/** Losses per sample, computed from the logits behind the predictions where they are known and that is more exact. */
export function lossesOf(loss: Loss, yTrue: Tensor, yPred: Tensor): Tensor {
  // [batch] less [batch, 1] would be [batch, batch], and nobody would notice.
  if (loss.labels.kind === 'any') return loss.perSample(withRankOf(yPred, yTrue), yPred);
  const { fromLogits } = loss;
  const source = fromLogits && logitsOf(yPred);
  return source && source.kind === fromLogits.activation
    ? fromLogits.perSample(yTrue, source.logits)
    : loss.perSample(yTrue, yPred);
}
