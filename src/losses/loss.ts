import { logitsOf } from '../activations/logits.js';
import { ShapeError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { cast } from '../ops/cast.js';
import { expandDims, squeeze } from '../ops/reshape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Keras's fuzz: probabilities and divisors are held this far from zero. */
export const EPSILON = 1e-7;

/** How far predictions are from labels, one number a sample: [batch, …] without the last axis of the predictions. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** What a loss wants of the labels; they are checked on the host before training starts. */
export interface LabelRule {
  /**
   * `classes`: one integer a sample, from 0 to the number of outputs less one; `values`: numbers shaped as the output; `any`: what
   * the loss makes of them is its own affair, NaN included.
   */
  readonly kind: 'classes' | 'values' | 'any';
  /** The smallest and largest allowed value; without them any finite number. */
  readonly range?: readonly [number, number];
}

/** A loss as training uses it. */
export interface Loss {
  /** In camelCase: `categoricalCrossentropy`. */
  readonly name: string;
  /** The options it was made with; JSON alone. */
  readonly options: object;
  readonly labels: LabelRule;
  readonly perSample: LossFunction;
  /** The same from what went into an activation, where that is more exact than from what came out. */
  readonly fromLogits?: { readonly activation: 'softmax' | 'sigmoid'; readonly perSample: LossFunction };
}

/** Labels with an axis of 1 at their end added or dropped where that gives them the rank of the predictions. */
export function withRankOf(yPred: Tensor, yTrue: Tensor): Tensor {
  if (yTrue.rank === yPred.rank - 1 && yPred.shape.at(-1) === 1) return expandDims(yTrue, -1);
  if (yTrue.rank === yPred.rank + 1 && yTrue.shape.at(-1) === 1) return squeeze(yTrue, [yTrue.rank - 1]);
  return yTrue;
}

/**
 * Labels with the shape and dtype of the predictions; an axis of 1 at the end is added or dropped.
 * @throws ShapeError naming the loss, when the shapes disagree
 */
export function alignLabels(loss: string, yTrue: Tensor, yPred: Tensor): Tensor {
  const labels = withRankOf(yPred, yTrue);
  if (!sameShape(labels.shape, yPred.shape)) {
    throw new ShapeError(
      `${loss}: yTrue is ${formatShape(yTrue.shape)}, expected ${formatShape(yPred.shape)}, the shape of yPred`,
    );
  }
  return cast(labels, yPred.dtype);
}

/** Losses per sample, taken from the logits behind the predictions where they are known and the loss is more exact there. */
export function lossesOf({ fromLogits, labels, perSample }: Loss, yTrue: Tensor, yPred: Tensor): Tensor {
  // [batch] less [batch, 1] would be [batch, batch], and nobody would notice.
  if (labels.kind === 'any') return perSample(withRankOf(yPred, yTrue), yPred);
  const source = fromLogits && logitsOf(yPred);
  return source && source.kind === fromLogits.activation
    ? fromLogits.perSample(yTrue, source.logits)
    : perSample(yTrue, yPred);
}
