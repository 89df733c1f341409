import { expect } from 'vitest';
import { checkGradients } from '../../src/autograd/check.js';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import type { DType } from '../../src/base/dtype.js';
import { type Shape, sizeOf } from '../../src/base/shape.js';
import { asList, type CallOptions, type Layer } from '../../src/layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { layerFromConfig } from '../../src/layers/catalog.js';
import { input } from '../../src/layers/core/input.js';
import { getRandomState, normalValues, setRandomState, setSeed, uniformValues } from '../../src/tensor/random.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';

/** Options common to all layers. */
export interface Common {
  readonly dtype: DType;
  readonly name?: string;
}

export interface LayerExpectation {
  /** With the batch; several for a layer of several inputs. */
  readonly inputs: readonly Shape[];
  /** Of the output for these inputs. */
  readonly output: Shape;
  /** Names and shapes in Keras's order; default none. */
  readonly weights?: readonly (readonly [name: string, shape: Shape])[];
  /** How many of them, the first ones, are trained; default all. */
  readonly trainable?: number;
  /** Whether training gives another output than inference; default false. */
  readonly differsInTraining?: boolean;
  /** Whether the output's shape in training differs from `output` too; default false. */
  readonly resizesInTraining?: boolean;
  /** Axes other than the batch whose size the layer need not know; default height and width of images. */
  readonly free?: readonly number[];
  /** Spread of the random inputs; default 1. */
  readonly scale?: number;
  /** For a layer of indices: the inputs are int32, from 0 to one less than this; default floats. */
  readonly integersBelow?: number;
}

const IMAGE_SIDES = [1, 2];

function randomTensor(shape: Shape, dtype: DType, seed: number, scale = 1): Tensor {
  return upload(
    normalValues(sizeOf(shape), seed).map((value) => value * scale),
    shape,
    dtype,
  );
}

function randomIntegers(shape: Shape, below: number, seed: number): Tensor {
  return upload(
    uniformValues(sizeOf(shape), seed).map((value) => Math.floor(value * below)),
    shape,
    'int32',
  );
}

const makeInputs = ({ inputs, scale, integersBelow }: LayerExpectation, dtype: DType): Tensor[] =>
  inputs.map((shape, index) =>
    integersBelow ? randomIntegers(shape, integersBelow, 11 + index) : randomTensor(shape, dtype, 11 + index, scale),
  );

const given = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0] : list);

const call = (layer: Layer, inputs: readonly Tensor[], options?: CallOptions): Tensor =>
  layer.apply(given(inputs), options) as Tensor;

/** Gives every weight a value that is not its default; variances stay positive. */
function scramble(layer: Layer): void {
  tidy(() => {
    for (const [index, weight] of layer.weights.entries()) {
      if (weight.dtype === 'int32') continue;
      const values = normalValues(weight.size, 101 + index).map((value) => 0.5 * value);
      const positive = weight.name.includes('variance') ? values.map((value) => Math.abs(value) + 0.5) : values;
      weight.assign(upload(positive, weight.shape, weight.dtype));
    }
  });
}

function checkSymbolicShapes(make: (common: Common) => Layer, expectation: LayerExpectation): void {
  const { inputs, output, integersBelow } = expectation;
  const dtype = integersBelow ? 'int32' : 'float32';
  const symbolic = (hidden: readonly number[]): SymbolicShape => {
    const places = inputs.map((shape) =>
      input({ batchShape: shape.map((size, axis) => (hidden.includes(axis) ? null : size)), dtype }),
    );
    return (make({ dtype: 'float32' }).apply(given<SymbolicTensor>(places)) as SymbolicTensor).shape;
  };
  expect(symbolic([]), 'symbolic shape').toEqual(output);
  expect(symbolic([0]), 'symbolic shape, batch unknown').toEqual([null, ...output.slice(1)]);
  const free = expectation.free ?? (inputs[0].length === 4 ? IMAGE_SIDES : []);
  if (free.length === 0) return;
  const open = symbolic([0, ...free]);
  expect(open).toHaveLength(output.length);
  for (const [axis, size] of open.entries()) {
    if (size !== null) expect(size, `axis ${axis}, sides unknown`).toBe(output[axis]);
  }
}

function checkWeights(layer: Layer, { weights = [], trainable = weights.length }: LayerExpectation): void {
  expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual(weights);
  expect(layer.trainableWeights.map(({ name }) => name)).toEqual(weights.slice(0, trainable).map(([name]) => name));
  expect(layer.nonTrainableWeights.map(({ name }) => name)).toEqual(weights.slice(trainable).map(([name]) => name));
  expect(layer.countParams()).toBe(weights.reduce((total, [, shape]) => total + sizeOf(shape), 0));
  layer.trainable = false;
  expect(layer.trainableWeights).toEqual([]);
  expect(layer.weights.map(({ name }) => name)).toEqual(weights.map(([name]) => name));
  layer.trainable = true;
}

function checkModes(layer: Layer, expectation: LayerExpectation): void {
  tidy(() => {
    const inputs = makeInputs(expectation, 'float32');
    const inference = [...call(layer, inputs).dataSync()];
    const again = [...call(layer, inputs, { training: false }).dataSync()];
    const training = [...call(layer, inputs, { training: true }).dataSync()];
    expect(again, 'inference is a function').toEqual(inference);
    if (expectation.differsInTraining) expect(training, 'training').not.toEqual(inference);
    else expect(training, 'training').toEqual(inference);
  });
}

/** Gradients of the inputs and of trainable weights against finite differences, in float64. */
function checkGradientsOf(make: (common: Common) => Layer, expectation: LayerExpectation): void {
  const layer = make({ dtype: 'float64' });
  tidy(() => {
    const inputs = makeInputs(expectation, 'float64');
    call(layer, inputs);
    scramble(layer);
    const weights = layer.trainableWeights;
    const floats = expectation.integersBelow ? [] : inputs;
    if (floats.length + weights.length === 0) return;
    const state = getRandomState();
    for (const training of [false, true]) {
      const f = (...tensors: Tensor[]): Tensor => {
        // The same random draws at every point that is compared.
        setRandomState(state);
        for (const [index, weight] of weights.entries()) weight.read = () => tensors[floats.length + index];
        return call(layer, expectation.integersBelow ? inputs : tensors.slice(0, floats.length), { training });
      };
      checkGradients(f, [...floats, ...weights.map(({ variable }) => variable)]);
    }
  });
  layer.dispose();
}

function checkConfig(layer: Layer, expectation: LayerExpectation): void {
  const config = JSON.parse(JSON.stringify(layer.getConfig()));
  const twin = layerFromConfig(layer.className, config);
  expect(twin.constructor).toBe(layer.constructor);
  expect(JSON.parse(JSON.stringify(twin.getConfig()))).toEqual(config);
  tidy(() => {
    const inputs = makeInputs(expectation, 'float32');
    call(twin, inputs);
    twin.setWeights(layer.getWeights());
    expect(call(twin, inputs).dataSync()).toEqual(call(layer, inputs).dataSync());
  });
  twin.dispose();
}

/** Tensors and bytes after a call and `dispose` are those from before. */
function checkMemory(make: (common: Common) => Layer, expectation: LayerExpectation): void {
  const inputs = makeInputs(expectation, 'float32');
  const before = memory();
  const layer = make({ dtype: 'float32' });
  for (const training of [false, true]) {
    const output = call(layer, inputs, { training });
    if (!training || !expectation.resizesInTraining) expect(output.shape).toEqual(expectation.output);
    dispose(output);
  }
  expect(memory().numTensors - before.numTensors, 'tensors other than the weights').toBe(
    layer.weights.filter(({ isAllocated }) => isAllocated).length,
  );
  layer.dispose();
  expect(memory(), 'memory after dispose').toEqual(before);
  dispose(inputs);
}

/**
 * Looks at a layer from every side: symbolic shapes, weights, both modes, gradients, config, memory.
 * @param make gives the layer with some options of its own and these common ones; the same at every call
 */
export function checkLayer(make: (common: Common) => Layer, expectation: LayerExpectation): void {
  activateBackend(cpuBackend());
  setSeed(1);
  const before = memory();
  checkMemory(make, expectation);
  checkSymbolicShapes(make, expectation);
  const layer = make({ dtype: 'float32' });
  expect(layer.computeOutputShape(given(expectation.inputs) as SymbolicShape)).toEqual(expectation.output);
  checkWeights(layer, expectation);
  scramble(layer);
  checkModes(layer, expectation);
  checkConfig(layer, expectation);
  layer.dispose();
  checkGradientsOf(make, expectation);
  expect(memory()).toEqual(before);
}

/** A layer's output for values, and nothing left behind. */
export function outputOf(
  layer: Layer,
  values: readonly number[],
  shape: Shape,
  { weights, ...options }: CallOptions & { readonly weights?: readonly (readonly number[])[] } = {},
): number[] {
  activateBackend(cpuBackend());
  const result = tidy(() => {
    const x = upload(Float64Array.from(values), shape, layer.dtype);
    if (weights) {
      call(layer, [x]);
      for (const [index, weight] of layer.weights.entries()) {
        weight.assign(upload(Float64Array.from(weights[index]), weight.shape, weight.dtype));
      }
    }
    return [...asList(call(layer, [x], options))[0].dataSync()];
  });
  layer.dispose();
  return result;
}
