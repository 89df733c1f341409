import { nameForCopies } from '../base/copy.js';
import { type Given, type Options, type OptionTable, readOptions } from '../base/options.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asFloat } from './align-labels.js';
import { checkClasses } from './check-classes.js';

/** Keras's fuzz factor: smallest probability and divisor. */
export const EPSILON = 1e-7;

/** How far predictions are from labels, one number per sample: [batch, …] without the last axis of the predictions. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** The labels that a loss expects; they are checked on the host before training starts. */
export interface LabelRule {
  /**
   * `classes`: one integer per sample, from 0 to the number of classes less one; `values`: numbers shaped as the
   * output;
   * `any`: not checked, NaN included.
   */
  readonly kind: 'classes' | 'values' | 'any';
  /** For values: the allowed range; default any finite number. */
  readonly range?: readonly [number, number];
  /** For classes: the axis of the classes in the predictions; default the last. */
  readonly axis?: number;
  /** For classes: the number of a class whose samples do not count. */
  readonly ignored?: number | null;
}

/** A built-in loss. */
export interface LossDefinition<Table extends OptionTable = OptionTable> {
  /** In camelCase: `categoricalCrossentropy`. */
  readonly name: string;
  readonly options: Table;
  labels(options: Options<Table>): LabelRule;
  /** Compute the losses per sample; called in a `tidy`. */
  perSample(yTrue: Tensor, yPred: Tensor, options: Options<Table>): Tensor;
  /** 1 where a sample counts, 0 where it does not, shaped as the losses; undefined where all count. */
  counted?(yTrue: Tensor, yPred: Tensor, options: Options<Table>): Tensor | undefined;
  /** With an option `fromLogits`: the activation whose inputs are logits, where computing from them is more exact. */
  readonly activation?: 'softmax' | 'sigmoid';
  /** The option that may be given without an object: `huber(yTrue, yPred, 2)`. */
  readonly alone?: keyof Table & string;
}

/** A loss as a function of tensors, with the loss's own options. */
type FunctionOf<Table extends OptionTable, Alone = never> = (
  yTrue: TensorLike,
  yPred: TensorLike,
  options?: Given<Table> | Alone,
) => Tensor;

const definitions = new WeakMap<object, LossDefinition>();

const defined = new Map<string, LossDefinition>();

/** Return the definition of a function of `defineLoss`. */
export const definitionOf = (f: object): LossDefinition | undefined => definitions.get(f);

/** Return the definition with exactly this name, if its module is loaded. */
export const definedLoss = (name: string): LossDefinition | undefined => defined.get(name);

/** Make a function of labels and predictions that computes one loss per sample. */
export function defineLoss<Table extends OptionTable, Alone = never>(
  definition: LossDefinition<Table>,
): FunctionOf<Table, Alone> {
  const { name, alone } = definition;
  const f: FunctionOf<Table, Alone> = (yTrue, yPred, given) => {
    const options = readOptions(name, definition.options, given as Given<Table>, alone);
    return tidy(() => {
      const predictions = asFloat(toTensor(name, 'yPred', yPred));
      const labels = toTensor(name, 'yTrue', yTrue);
      checkOnHost(name, labels, predictions, definition.labels(options));
      return definition.perSample(labels, predictions, options);
    });
  };
  definitions.set(f, definition as unknown as LossDefinition);
  defined.set(name, definition as unknown as LossDefinition);
  return nameForCopies(f, name);
}

/** Check class numbers in host memory; on a GPU, reading them would wait for the device. */
function checkOnHost(name: string, labels: Tensor, predictions: Tensor, rule: LabelRule): void {
  if (rule.kind !== 'classes') return;
  const { storage, dtype, size, shape } = labels;
  const values = storage.backend.view?.(storage.buffer, dtype, size);
  const { axis = -1, ignored = null } = rule;
  const classes = predictions.shape.at(axis);
  if (values && classes !== undefined) checkClasses(name, values, classes, ignored, shape);
}

const FINITE: LabelRule = { kind: 'values' };
const PROBABILITIES: LabelRule = { kind: 'values', range: [0, 1] };
const NOT_NEGATIVE: LabelRule = { kind: 'values', range: [0, Number.POSITIVE_INFINITY] };

/** Rule for labels shaped as the output. */
export const finite = (): LabelRule => FINITE;
export const probabilities = (): LabelRule => PROBABILITIES;
export const notNegative = (): LabelRule => NOT_NEGATIVE;
