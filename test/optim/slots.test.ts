import '../../src/ops/methods.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { variableGrads } from '../../src/autograd/gradients.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { add } from '../../src/ops/arithmetic.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { setSeed } from '../../src/tensor/random.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables, Variable, variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => setSeed(5));
afterEach(() => disposeVariables());

const weight = (name: string, size = 2) => tidy(() => variable(zeros([size]), true, name));
const update = (optimizer: optimizers.Optimizer, ...weights: Variable[]) =>
  tidy(() => optimizer.applyGradients(weights.map((each) => [tensor(Array(each.size).fill(1)), each] as const)));
const momentum = () => optimizers.sgd({ learningRate: 0.1, momentum: 0.9 });
const slotsOf = (optimizer: optimizers.Optimizer) =>
  Object.fromEntries(
    optimizer.slots().map(({ weight, slot, value }) => [`${weight.name}/${slot}`, value.dataSync()[0]]),
  );

describe('each weight keeps its own slots', () => {
  // v ← 0.9 v − 0.1 g with g = 1: −0.1, −0.19, −0.271, …
  test('when weights are added, left out and added again between updates', () => {
    const optimizer = momentum();
    const [base, head] = [weight('base'), weight('head')];
    update(optimizer, head);
    update(optimizer, head);
    expect(slotsOf(optimizer)).toEqual({ 'head/momentum': expect.closeTo(-0.19, 6) });
    update(optimizer, base, head);
    update(optimizer, base);
    update(optimizer, head);
    expect(slotsOf(optimizer)).toEqual({
      'head/momentum': expect.closeTo(-0.3439, 6),
      'base/momentum': expect.closeTo(-0.19, 6),
    });
    optimizer.dispose();
  });

  test('when layers are frozen and thawed', async () => {
    const dense = (name: string, trainable = true) =>
      layers.dense({ units: 2, name, trainable, useBias: false, kernelInitializer: 'ones' });
    const model = sequential({ layers: [layers.inputLayer({ inputShape: [2] }), dense('base', false), dense('head')] });
    model.compile({ optimizer: momentum(), loss: 'meanSquaredError' });
    const x = tensor([[1, 2]]);
    const y = tensor([[0, 3]]);
    const train = async () => void (await model.fit(x, y, { epochs: 1, shuffle: false }));
    await train();
    expect(model.optimizer.slots().map((each) => each.weight.name)).toEqual(['head/kernel']);
    model.layers.find(({ name }) => name === 'base')!.trainable = true;
    await train();
    model.layers.find(({ name }) => name === 'head')!.trainable = false;
    const frozen = slotsOf(model.optimizer)['head/kernel/momentum'];
    await train();
    expect(model.optimizer.slots().map((each) => each.weight.name)).toEqual(['head/kernel', 'base/kernel']);
    expect(slotsOf(model.optimizer)['head/kernel/momentum']).toBe(frozen);
    dispose([x, y]);
    model.dispose();
  });

  test('and slots of weights that are gone are freed', () => {
    const optimizer = optimizers.adam();
    const first = weight('first');
    update(optimizer, first);
    first.dispose();
    const second = weight('second');
    update(optimizer, second);
    expect(slotsOf(optimizer)).toEqual({
      'second/momentum': expect.closeTo(0.1, 6),
      'second/velocity': expect.any(Number),
    });
    const before = memory().numTensors;
    optimizer.dispose();
    expect(memory().numTensors).toBe(before - 2);
  });
});

describe('slots and restore', () => {
  test('move state by weight and name, in any order', () => {
    const [a, b] = [weight('a'), weight('b')];
    const from = optimizers.adam();
    update(from, a);
    update(from, a, b);
    const to = optimizers.adam();
    const report = to.restore(from.slots().reverse());
    expect(slotsOf(to)).toEqual(slotsOf(from));
    expect(report).toEqual({
      loaded: ['b/momentum', 'b/velocity', 'a/momentum', 'a/velocity'],
      missing: [],
      skipped: [],
    });
    // The values are copies: another update of one optimizer leaves the other alone.
    const before = slotsOf(to);
    update(from, a, b);
    expect(slotsOf(to)).toEqual(before);
    for (const each of [from, to]) each.dispose();
  });

  test('report slots that are missing or do not fit, and skip them', () => {
    const [a, b] = [weight('a'), weight('b', 3)];
    const optimizer = optimizers.adam();
    optimizer.build([a, b]);
    const report = tidy(() =>
      optimizer.restore([
        { weight: a, slot: 'momentum', value: tensor([1, 2]) },
        { weight: a, slot: 'velocity_hat', value: tensor([1, 2]) },
        { weight: b, slot: 'momentum', value: tensor([1, 2]) },
        { weight: b, slot: 'velocity', value: tensor([1, 2, 3], [3], 'int32') },
      ]),
    );
    expect(report).toEqual({
      loaded: ['a/momentum', 'b/velocity'],
      missing: ['a/velocity', 'b/momentum'],
      skipped: ['a/velocity_hat: Adam has no such slot', 'b/momentum is [2], expected [3]'],
    });
    expect(slotsOf(optimizer)).toEqual({ 'a/momentum': 1, 'a/velocity': 0, 'b/momentum': 0, 'b/velocity': 1 });
    optimizer.dispose();
  });

  test("list slots in Keras 3's order, of some weights or all", () => {
    const [a, b] = [weight('a'), weight('b')];
    const names = (optimizer: optimizers.Optimizer, weights?: Variable[]) => {
      optimizer.build([a, b]);
      const slots = optimizer.slots(weights).map(({ weight, slot }) => `${weight.name}/${slot}`);
      optimizer.dispose();
      return slots;
    };
    expect(names(optimizers.adam())).toEqual(['a/momentum', 'a/velocity', 'b/momentum', 'b/velocity']);
    expect(names(optimizers.adam(), [b, a])).toEqual(['b/momentum', 'b/velocity', 'a/momentum', 'a/velocity']);
    expect(names(optimizers.rmsprop({ momentum: 0.5 }))).toEqual([
      'a/velocity',
      'b/velocity',
      'a/momentum',
      'b/momentum',
    ]);
    expect(names(optimizers.sgd())).toEqual([]);
  });
});

describe('setWeights', () => {
  const stateOf = (optimizer: optimizers.Optimizer) => optimizer.getWeights();

  test('goes by the names, not the order', () => {
    const [a, b] = [weight('a'), weight('b')];
    const optimizer = momentum();
    update(optimizer, a);
    update(optimizer, a, b);
    const state = stateOf(optimizer);
    const other = momentum();
    other.build([b, a]);
    other.setWeights(state);
    expect(slotsOf(other)).toEqual(slotsOf(optimizer));
    dispose(state);
    for (const each of [optimizer, other]) each.dispose();
  });

  test('before the first update, values wait for their weights, those of frozen ones too', () => {
    const before = memory();
    const [a, b] = [weight('a'), weight('b')];
    const optimizer = momentum();
    update(optimizer, a);
    update(optimizer, a, b);
    const state = stateOf(optimizer);
    const other = momentum();
    other.setWeights(state);
    other.build([b]);
    expect(slotsOf(other)).toEqual({ 'b/momentum': expect.closeTo(-0.1, 6) });
    other.build([a, b]);
    expect(slotsOf(other)).toEqual(slotsOf(optimizer));
    dispose([state, a, b]);
    for (const each of [optimizer, other]) each.dispose();
    expect(memory()).toEqual(before);
  });

  test('refuses state that matches no slot', () => {
    const [a, b, c] = [weight('a'), weight('b'), weight('c')];
    const optimizer = momentum();
    update(optimizer, a, b);
    const state = stateOf(optimizer);
    const of = (...weights: Variable[]) => {
      const other = momentum();
      other.build(weights);
      return () => other.setWeights(state);
    };
    expect(of(a, c)).toThrow(new ValueError('SGD: 2 slots given, expected 2; unknown are b/momentum'));
    expect(of(c)).toThrow(new ValueError('SGD: 2 slots given, expected 1; unknown are a/momentum, b/momentum'));
    expect(of(a, b, c)).toThrow(ValueError);
    const waiting = momentum();
    waiting.setWeights(state);
    expect(() => waiting.build([c])).toThrow(new ValueError('SGD: given a/momentum, b/momentum, expected slots of c'));
    const wide = weight('d', 3);
    expect(of(wide, c)).toThrow(ShapeError);
    dispose(state);
  });
});

describe('minimize accepts weights of a model', () => {
  const model = () =>
    sequential({
      layers: [
        layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones', useBias: false, name: 'first' }),
        layers.dense({ units: 1, kernelInitializer: 'ones', useBias: false, name: 'second' }),
      ],
    });

  test('and moves only those', () => {
    const net = model();
    const other = weight('other', 1);
    const x = tensor([[1, 2]]);
    const optimizer = optimizers.sgd({ learningRate: 0.1 });
    const cost = optimizer.minimize(
      () => add((net.apply(x) as Tensor).sum(), other.sum()) as Tensor,
      true,
      net.trainableWeights,
    );
    // y = (x₀ + x₂)·1 = 3; dy/dfirst = x, dy/dsecond = 3.
    expect(cost?.dataSync()[0]).toBe(3);
    const [first, second] = net.trainableWeights.map(({ variable }) => [...variable.dataSync()]);
    expect(first).toEqual([expect.closeTo(0.9, 6), expect.closeTo(0.8, 6)]);
    expect(second).toEqual([expect.closeTo(0.7, 6)]);
    expect(other.dataSync()[0]).toBe(0);
    expect(optimizer.computeGradients(() => other.sum() as Tensor, [other]).grads.other.dataSync()[0]).toBe(1);
    net.dispose();
    dispose([x, cost!]);
  });

  test('applyGradients accepts them in pairs', () => {
    const net = model();
    tidy(() => (net.apply(tensor([[1, 1]])) as Tensor).dispose());
    const optimizer = optimizers.sgd({ learningRate: 0.5 });
    tidy(() => optimizer.applyGradients([[tensor([[1], [2]]), net.trainableWeights[0]]]));
    expect([...net.trainableWeights[0].variable.dataSync()]).toEqual([0.5, 0]);
    net.dispose();
  });

  test('two variables of one name are both moved, and not mixed up by name', () => {
    const [a, b] = [1, 2].map((value) => tidy(() => new Variable(tensor([value]), true, 'same')));
    const loss = () => add(a.square().sum(), b.sum()) as Tensor;
    optimizers.sgd({ learningRate: 0.1 }).minimize(loss, false, [a, b]);
    expect(a.dataSync()[0]).toBeCloseTo(0.8, 6);
    expect(b.dataSync()[0]).toBeCloseTo(1.9, 6);
    expect(() => variableGrads(loss, [a, b])).toThrow('variableGrads: two variables are named same');
  });
});
