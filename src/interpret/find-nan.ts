import { valueAndVariableGrads } from '../autograd/gradients.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { retaining, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { runVisited, unchanged } from './forward.js';

/** The first value that is not finite. */
export interface BadValue {
  /** Where it appears: in the input, in a weight, in a layer's output, in the loss, or in a weight's gradient. */
  readonly place: 'input' | 'weight' | 'output' | 'loss' | 'gradient';
  /** The layer, or the path of the weight; the model's name for its input and loss. */
  readonly name: string;
  /** NaN or an infinity. */
  readonly value: number;
  /** The sample of the batch, from 0; null for weights, gradients and the loss. */
  readonly sample: number | null;
  /** Its index in the tensor. */
  readonly index: readonly number[];
}

/**
 * Find where a model first gets NaN or infinity: the input is searched, then the weights, the layers in the order in
 * which they run, the loss, and the gradients.
 * @param model a graph of layers with one input; compiled, where a label is given
 * @param x a batch
 * @param y its labels; default none: loss and gradients are not searched
 * @returns null where all values are finite
 * @throws ValueError when the model has several inputs, or labels are given and it is not compiled @throws ShapeError
 * when x does not fit
 * @example console.log(interpret.findNaN(model, x))
 */
export function findNaN(model: Model, x: Tensor, y?: Tensor): BadValue | null {
  assertModel('findNaN', model);
  return tidy(() => retaining(() => inValues(model, x) ?? (y ? inTraining(model, x, y) : null)));
}

function inValues(model: Model, x: Tensor): BadValue | null {
  const input = badValue('input', model.name, x, true);
  if (input) return input;
  for (const weight of model.weights) {
    const found = badValue('weight', weight.path, weight.read(), false);
    if (found) return found;
  }
  let first: BadValue | null = null;
  runVisited('findNaN', model, x, (tensor, value) => {
    first ??= badValue('output', tensor.node.layer.name, value, true);
    return value;
  });
  return first;
}

function inTraining(model: Model, x: Tensor, y: Tensor): BadValue | null {
  const weights = model.trainableWeights;
  const { value, pairs } = valueAndVariableGrads(
    'findNaN',
    () => model.computeLoss(y, runVisited('findNaN', model, x, unchanged)),
    weights.map(({ variable }) => variable),
  );
  const loss = badValue('loss', model.name, value, false);
  if (loss) return loss;
  for (const [gradient, variable] of pairs) {
    const weight = weights.find((each) => each.variable === variable)!;
    const found = badValue('gradient', weight.path, gradient, false);
    if (found) return found;
  }
  return null;
}

function badValue(place: BadValue['place'], name: string, tensor: Tensor, hasSamples: boolean): BadValue | null {
  const values = tensor.dataSync();
  const at = values.findIndex((value: number) => !Number.isFinite(value));
  if (at < 0) return null;
  const index = indexOf(at, tensor.shape);
  return { place, name, value: values[at], sample: hasSamples ? (index[0] ?? null) : null, index };
}

function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let left = position;
  for (const size of [...shape].reverse()) {
    index.unshift(left % size);
    left = Math.floor(left / size);
  }
  return index;
}
