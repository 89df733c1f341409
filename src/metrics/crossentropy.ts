import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from '../losses/crossentropy.js';
import { definitionOf } from '../losses/define-loss.js';
import { Loss, lossesOf } from '../losses/loss.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Comparison, comparisonOf } from './accuracy.js';

const lossOf = (f: object): Loss => new Loss(definitionOf(f)!, {});

const LOSSES: Readonly<Record<Comparison, Loss>> = {
  binary: /* @__PURE__ */ lossOf(binaryCrossentropy),
  categorical: /* @__PURE__ */ lossOf(categoricalCrossentropy),
  sparseCategorical: /* @__PURE__ */ lossOf(sparseCategoricalCrossentropy),
};

/** The cross-entropy that fits the shapes of labels and predictions, one number per sample. @throws ShapeError */
export const crossentropy = (yTrue: Tensor, yPred: Tensor): Tensor =>
  lossesOf(LOSSES[comparisonOf(yTrue, yPred)], yTrue, yPred);
