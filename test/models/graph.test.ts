import { beforeEach, describe, expect, test } from 'vitest';
import { lossAndGradients } from '../support/gradients.js';
import '../../src/backends/default.js';
import { setBackend } from '../../src/backends/registry.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { Layer } from '../../src/layers/base/layer.js';
import { clearSession } from '../../src/layers/base/naming.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { Sequential, sequential } from '../../src/models/sequential.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { split } from '../../src/ops/concat.js';
import { ones, tensor } from '../../src/ops/creation.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const { dense, conv2d, batchNormalization, add: addLayer, concatenate, activation, flatten } = layers;

/** A dense layer whose kernel and bias are known. */
const doubling = (name: string) => {
  const weights = [
    tensor([
      [2, 0],
      [0, 2],
    ]),
    tensor([1, -1]),
  ];
  return dense({ units: 2, name, weights });
};

/** Two outputs: the halves of the last axis. */
class Halves extends Layer {
  static override readonly className = 'Halves';

  override call(inputs: Tensor | readonly Tensor[]): Tensor[] {
    return split(inputs as Tensor, 2, -1);
  }
}

beforeEach(async () => {
  await setBackend('cpu');
  clearSession();
});

describe('graphs compute', () => {
  test('several inputs and outputs, and a shared layer', async () => {
    const a = input({ shape: [2], name: 'a' });
    const b = input({ shape: [2], name: 'b' });
    const shared = doubling('shared');
    const left = shared.apply(a);
    const right = shared.apply(b);
    const both = model({ inputs: [a, b], outputs: [addLayer().apply([left, right]), left] });
    const [total, first] = both.apply([tensor([[1, 2]]), tensor([[10, 20]])]) as unknown as Tensor[];
    expect([...(await total.data())]).toEqual([24, 42]);
    expect([...(await first.data())]).toEqual([3, 3]);
    expect(both.inputNames).toEqual(['a', 'b']);
    expect(both.outputNames).toEqual(['add', 'shared']);
    expect(both.countParams()).toBe(6);
    expect(both.weights.map(({ path }) => path)).toEqual(['shared/kernel', 'shared/bias']);
    expect(shared.nodes).toHaveLength(2);
    expect(() => shared.output).toThrow('shared (Dense): output asked of a layer with 2 calls in graphs, expected 1');
  });

  test('the gradient of a shared layer is the sum over its calls', () => {
    const a = input({ shape: [2] });
    const shared = dense({ units: 1, kernelInitializer: 'ones', useBias: false });
    const twice = model({
      inputs: a,
      outputs: addLayer().apply([shared.apply(a), shared.apply(activation({ activation: 'relu' }).apply(a))]),
    });
    const x = tensor([[1, -2]]);
    const { gradients } = lossAndGradients(() => sum(twice.apply(x)), [shared.weights[0].variable]);
    expect([...gradients[0]!.dataSync()]).toEqual([2, -2]);
  });

  test('nested models, functional and sequential, share their weights with where they came from', () => {
    const x = input({ shape: [2] });
    const inner = model({ inputs: x, outputs: doubling('inside').apply(x), name: 'inner' });
    const stack = sequential({ name: 'stack', layers: [doubling('first'), activation({ activation: 'relu' })] });
    const y = input({ shape: [2] });
    const outer = model({ inputs: y, outputs: stack.apply(inner.apply(inner.apply(y))) });
    const result = outer.apply(tensor([[1, 1]])) as Tensor;
    // 1 → 3, 1 → 1; → 7, 1; → 15, 1.
    expect([...result.dataSync()]).toEqual([15, 1]);
    expect(outer.layers.map(({ name }) => name)).toEqual([y.name, 'inner', 'stack']);
    expect(outer.getLayer('inner')).toBe(inner);
    expect(outer.weights.map(({ path }) => path)).toEqual([
      'inside/kernel',
      'inside/bias',
      'first/kernel',
      'first/bias',
    ]);
    inner.getLayer('inside').setWeights([
      tensor([
        [0, 0],
        [0, 0],
      ]),
      tensor([5, 5]),
    ]);
    expect([...(outer.apply(tensor([[1, 1]])) as Tensor).dataSync()]).toEqual([11, 9]);
  });

  test('a layer that two nested models share counts once', () => {
    const x = input({ shape: [2] });
    const middle = doubling('middle').apply(x);
    const short = model({ inputs: x, outputs: middle, name: 'short' });
    const long = model({ inputs: x, outputs: dense({ units: 2, name: 'end' }).apply(middle), name: 'long' });
    const y = input({ shape: [2] });
    const outer = model({ inputs: y, outputs: concatenate().apply([short.apply(y), long.apply(y)]) });
    expect(outer.countParams()).toBe(12);
    expect(outer.trainableWeights).toHaveLength(4);
    expect(outer.getWeights()).toHaveLength(4);
  });

  test('features: a model over the inner layers of another', () => {
    const whole = sequential({ layers: [doubling('one'), doubling('two')] });
    whole.build([null, 2]);
    const features = model({ inputs: whole.inputs, outputs: whole.getLayer('one').output as SymbolicTensor });
    expect([...(features.apply(tensor([[1, 1]])) as Tensor).dataSync()]).toEqual([3, 1]);
  });

  test('a layer with several outputs', () => {
    const x = input({ shape: [4] });
    const [left, right] = new Halves().apply(x) as unknown as SymbolicTensor[];
    const swapped = model({ inputs: x, outputs: concatenate().apply([right, left]) });
    expect([...(swapped.apply(tensor([[1, 2, 3, 4]])) as Tensor).dataSync()]).toEqual([3, 4, 1, 2]);
    expect(swapped.summary({ json: true }).layers.at(-1)!.inbound).toEqual(['halves[0][1]', 'halves[0][0]']);
  });

  test('nothing is left behind but the results', () => {
    const x = input({ shape: [6, 6, 1] });
    let y = conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }).apply(x);
    y = addLayer().apply([y, batchNormalization().apply(y)]);
    const net = model({
      inputs: x,
      outputs: [dense({ units: 3, activation: 'softmax' }).apply(flatten().apply(y)), y],
    });
    net.getWeights();
    const images = ones([2, 6, 6, 1]);
    const before = memory();
    for (const training of [false, true]) {
      const results = net.apply(images, { training }) as unknown as Tensor[];
      expect(memory().numTensors).toBe(before.numTensors + 2);
      dispose(results);
      expect(memory()).toEqual(before);
    }
    net.dispose();
    expect(memory().numTensors).toBe(before.numTensors - 8);
  });
});

describe('layers and weights', () => {
  test('Keras puts layers in order of their distance from the outputs, whatever they were made after', () => {
    const x = input({ shape: [4], name: 'x' });
    const long = dense({ units: 4, name: 'long_2' }).apply(dense({ units: 4, name: 'long_1' }).apply(x));
    const short = dense({ units: 4, name: 'short' }).apply(x);
    const sumFirst = model({ inputs: x, outputs: addLayer({ name: 'sum' }).apply([short, long]) });
    expect(sumFirst.layers.map(({ name }) => name)).toEqual(['x', 'long_1', 'short', 'long_2', 'sum']);
    const z = input({ shape: [4], name: 'unused' });
    const odd = model({ inputs: [x, z], outputs: long });
    expect(odd.layers.map(({ name }) => name)).toContain('unused');
  });

  test('getLayer by name and by place', () => {
    const net = sequential({ layers: [dense({ units: 3, inputShape: [2], name: 'one' }), dense({ units: 1 })] });
    expect(net.getLayer('one')).toBe(net.layers[0]);
    expect(net.getLayer(1)).toBe(net.layers[1]);
    expect(() => net.getLayer('two')).toThrow('sequential: no layer two, expected one of one, dense');
    expect(() => net.getLayer(7)).toThrow(ValueError);
  });

  test('weights get and set', () => {
    const net = sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
    net.setWeights([tensor([[3], [4]]), tensor([5])]);
    expect(net.getWeights().map((each) => [...each.dataSync()])).toEqual([[3, 4], [5]]);
    expect([...(net.apply(tensor([[1, 1]])) as Tensor).dataSync()]).toEqual([12]);
    expect(() => net.setWeights([tensor([[3], [4]])])).toThrow('1 weights given, expected 2');
    expect(() => net.setWeights([tensor([[3, 4]]), tensor([5])])).toThrow(ShapeError);
  });

  test('freezing', () => {
    const net = sequential({
      layers: [dense({ units: 3, inputShape: [2] }), batchNormalization(), dense({ units: 1 })],
    });
    const counts = () => [net.trainableWeights, net.nonTrainableWeights].map((list) => list.length);
    expect(counts()).toEqual([6, 2]);
    net.layers[0].trainable = false;
    expect(counts()).toEqual([4, 4]);
    net.trainable = false;
    expect(counts()).toEqual([0, 8]);
    expect(net.layers[2].trainable).toBe(false);
    expect(net.getWeights().some((variable) => 'trainable' in variable && variable.trainable)).toBe(false);
    net.trainable = true;
    expect(counts()).toEqual([6, 2]);
  });

  test('a frozen batch norm uses its moving statistics in training too, and leaves them', () => {
    const net = sequential({ layers: [batchNormalization({ inputShape: [1], epsilon: 0 })] });
    const x = tensor([[1], [3]]);
    const run = () => tidy(() => [...(net.apply(x, { training: true }) as Tensor).dataSync()]);
    net.trainable = false;
    expect(run()).toEqual([1, 3]);
    expect([...net.weights[2].variable.dataSync()]).toEqual([0]);
    net.trainable = true;
    expect(run()).toEqual([-1, 1]);
    expect(net.weights[2].variable.dataSync()[0]).toBeCloseTo(0.02, 6);
  });

  test('frozen layers receive no gradient from trained variables', () => {
    const net = sequential({ layers: [doubling('one'), dense({ units: 1, kernelInitializer: 'ones' })] });
    net.build([null, 2]);
    net.layers[0].trainable = false;
    const variables = net.trainableWeights.map(({ variable }) => variable);
    const { gradients } = lossAndGradients(() => sum(net.apply(tensor([[1, 1]]))), variables);
    expect(gradients.map((each) => [...each!.dataSync()])).toEqual([[3, 1], [1]]);
  });
});

describe('sequential models', () => {
  test('a custom class has its own name', () => {
    class LeNet5 extends Sequential {
      constructor() {
        super();
        this.add(dense({ units: 2, inputShape: [3] }));
      }
    }
    expect(new LeNet5().name).toBe('le_net5');
    expect(sequential().name).toBe('sequential');
  });

  test('the input is named after the first layer, as Keras 2 does', () => {
    expect(sequential({ layers: [dense({ units: 2, inputShape: [3] })] }).inputNames).toEqual(['dense_input']);
  });

  test('pop', () => {
    const net = sequential({ layers: [dense({ units: 2, inputShape: [3] }), dense({ units: 5 })] });
    net.pop();
    expect(net.outputShape).toEqual([null, 2]);
    net.add(dense({ units: 7 }));
    expect(net.outputShape).toEqual([null, 7]);
    expect(net.layers[0].output).toMatchObject({ shape: [null, 2] });
    net.pop();
    net.pop();
    expect(() => net.outputShape).toThrow('sequential: the model is not built');
    expect(() => net.pop()).toThrow('sequential: there is no layer to pop');
    net.add(dense({ units: 4, inputShape: [6] }));
    expect(net.inputShape).toEqual([null, 6]);
  });

  test('built by its first call', () => {
    const net = sequential({ layers: [dense({ units: 2 })] });
    expect(() => net.summary()).toThrow('not built');
    dispose(net.apply(ones([4, 3])) as Tensor);
    expect(net.countParams()).toBe(8);
  });
});

describe('wrong graphs', () => {
  const x = () => input({ shape: [2], name: 'x' });

  test('outputs that the inputs do not reach', () => {
    const [one, other] = [x(), input({ shape: [2], name: 'other' })];
    const outputs = addLayer().apply([one, other]);
    expect(() => model({ inputs: one, outputs, name: 'm' })).toThrow(
      'm: the outputs need other, which is not among the inputs',
    );
  });

  test('an input from the middle of a graph', () => {
    const middle = dense({ units: 2, name: 'middle' }).apply(x());
    const outputs = dense({ units: 2 }).apply(middle);
    expect(() => model({ inputs: middle, outputs, name: 'm' })).toThrow(
      'm: an input comes from middle (Dense), expected tensors of input()',
    );
  });

  test('two layers of one name', () => {
    const one = x();
    const outputs = dense({ units: 2, name: 'twin' }).apply(dense({ units: 2, name: 'twin' }).apply(one));
    expect(() => model({ inputs: one, outputs, name: 'm' })).toThrow('m: two layers are named twin');
  });

  test('a cycle', () => {
    const one = x();
    const outputs = dense({ units: 2, name: 'loop' }).apply(dense({ units: 2, name: 'start' }).apply(one));
    const start = outputs.node.inputs[0].node;
    Object.assign(start, { inputs: [outputs] });
    expect(() => model({ inputs: one, outputs, name: 'm' })).toThrow(/m: the graph has a cycle through (loop|start)/);
  });

  test('tensors instead of symbolic tensors', () => {
    const wrong = ones([1, 2]) as unknown as SymbolicTensor;
    expect(() => model({ inputs: wrong, outputs: wrong, name: 'm' })).toThrow('m: inputs must be symbolic tensors');
    expect(() => model({ inputs: x(), outputs: [], name: 'm' })).toThrow('m: outputs must be symbolic tensors');
  });

  test('shapes that do not fit', () => {
    const one = x();
    const net = model({ inputs: one, outputs: dense({ units: 1 }).apply(one), name: 'm' });
    expect(() => net.apply(ones([4, 3]))).toThrow('input x is [4,3], expected [any,2]');
    expect(() => net.apply([ones([4, 2]), ones([4, 2])])).toThrow('m (Functional): m: 2 inputs given, expected 1');
    expect(() => addLayer({ name: 'sum' }).apply([one, input({ shape: [3] })])).toThrow(/^sum \(Add\): /);
    expect(() => conv2d({ filters: 1, kernelSize: 3, name: 'c' }).apply(one)).toThrow(/^c \(Conv2D\): /);
  });

  test('sequential models that cannot be', () => {
    const twin = () => dense({ units: 2, name: 'twin' });
    expect(() => sequential({ layers: [twin(), twin()] })).toThrow('a layer named twin exists already');
    expect(() => sequential({ layers: [new Halves({ inputShape: [4] })] })).toThrow('halves has 2 outputs');
    const begun = sequential({ layers: [dense({ units: 2, inputShape: [2] })] });
    expect(() => begun.add(layers.inputLayer({ inputShape: [2] }))).toThrow('an input layer must be the first');
  });
});

test('a model is a function: its gradient equals the derived one', () => {
  const x = input({ shape: [2] });
  const net = model({ inputs: x, outputs: doubling('d').apply(x) });
  const { gradients } = lossAndGradients(
    () => sum(mul(add(net.apply(tensor([[1, 2]])), 0), tensor([[1, 10]]))),
    net.trainableWeights.map(({ variable }) => variable),
  );
  expect(gradients.map((each) => [...each!.dataSync()])).toEqual([
    [1, 10, 2, 20],
    [1, 10],
  ]);
});
