import { logitsOf } from '../activations/logits.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { asList, type Layer } from '../layers/base/layer.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { Model } from '../models/model.js';
import { sum } from '../ops/broadcast.js';
import { concat } from '../ops/concat.js';
import { slice } from '../ops/slice.js';
import { argMaxRows } from '../plots/charts/statistics.js';
import type { Tensor } from '../tensor/tensor.js';

/** Receives, and may replace, each value that a model computes between its layers. */
export type Visit = (tensor: SymbolicTensor, value: Tensor) => Tensor;

/** A visitor for `runVisited` that changes nothing. */
export const unchanged: Visit = (_tensor, value) => value;

/**
 * Run the graph of a model with one input in inference, and visit the value after each layer, those of models within it
 * included. Call it in a scope that frees what it makes.
 * @returns the model's outputs
 * @throws ValueError when the model has several inputs @throws ShapeError when x does not fit
 */
export function runVisited(caller: string, model: Model, x: Tensor, visit: Visit): Tensor[] {
  const { inputs } = model.graph;
  if (inputs.length !== 1) throw new ValueError(`${caller}: ${model.name} has ${inputs.length} inputs, expected one`);
  assertFits(caller, model, x);
  return runGraph(model, [x], visit);
}

function runGraph({ graph: { inputs, nodes, outputs } }: Model, values: readonly Tensor[], visit: Visit): Tensor[] {
  const computed = new Map<SymbolicTensor, Tensor>(inputs.map((tensor, index) => [tensor, values[index]]));
  for (const { layer, inputs: from, outputs: to, callOptions } of nodes) {
    const read = from.map((tensor) => computed.get(tensor)!);
    const results = isNested(layer)
      ? runGraph(layer, read, visit)
      : asList(layer.apply(read.length === 1 ? read[0] : read, callOptions) as Tensor | Tensor[]);
    for (const [index, tensor] of to.entries()) computed.set(tensor, visit(tensor, results[index]));
  }
  return outputs.map((tensor) => computed.get(tensor)!);
}

const isNested = (layer: Layer): layer is Model => layer instanceof Model && layer.isGraph;

/** The values that `runVisited` visits, in its order. */
export function visitedTensors({ graph }: Model): SymbolicTensor[] {
  return graph.nodes.flatMap(({ layer, outputs }) => [...(isNested(layer) ? visitedTensors(layer) : []), ...outputs]);
}

/** Layers of a model, those of models within it included. */
export function layersWithin(model: Model): Layer[] {
  return model.layers.flatMap((layer) => (isNested(layer) ? layersWithin(layer) : [layer]));
}

function assertFits(caller: string, { inputShape }: Model, x: Tensor): void {
  const fits =
    x.rank === inputShape.length &&
    inputShape.every((size, axis) => axis === 0 || size === null || size === x.shape[axis]);
  if (fits) return;
  const expected = inputShape.map((size) => size ?? 'any').join(',');
  throw new ShapeError(`${caller}: x is [${x.shape}], expected [${expected}], a batch of images`);
}

/**
 * Sum the scores of each image's class: the logits where the output is a softmax or sigmoid, since the gradient of a
 * probability near 1 vanishes.
 * @param output [batch, classes]
 * @throws ShapeError when the output has no scores @throws ValueError when a class is out of range
 */
export function scoreOf(caller: string, output: Tensor, classes: readonly number[]): Tensor {
  const scores = logitsOf(output)?.logits ?? output;
  const [, count] = scores.shape;
  if (scores.rank !== 2) throw new ShapeError(`${caller}: the output is [${scores.shape}], expected [batch, classes]`);
  const wrong = classes.find((each) => !(Number.isInteger(each) && each >= 0 && each < count));
  if (wrong !== undefined) throw new ValueError(`${caller}: classIndex is ${wrong}, expected 0 to ${count - 1}`);
  return sum(concat(classes.map((each, row) => slice(scores, [row, each], [1, 1]))));
}

/** The class to explain for each image: the one that was asked for, or that with the largest score. */
export function classesOf(output: Tensor, classIndex: number | undefined): number[] {
  const [rows, count] = output.shape;
  if (classIndex !== undefined) return Array(rows).fill(classIndex);
  return Array.from(argMaxRows(output.dataSync(), count));
}
