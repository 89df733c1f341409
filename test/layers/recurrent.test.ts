import { beforeEach, describe, expect, test } from 'vitest';
import { differentiate } from '../../src/autograd/differentiate.js';
import { grads } from '../../src/autograd/gradients.js';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import type { CallOptions, Layer } from '../../src/layers/base/layer.js';
import { Layer as CustomLayer } from '../../src/layers/base/layer.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { cast } from '../../src/ops/cast.js';
import { matMul } from '../../src/ops/matmul.js';
import { pad } from '../../src/ops/pad.js';
import { randomNormal } from '../../src/ops/random.js';
import { reverse } from '../../src/ops/reverse.js';
import { slice } from '../../src/ops/slice.js';
import { square } from '../../src/ops/unary.js';
import { setSeed } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { distance, float64, PYTORCH } from './pytorch.js';

beforeEach(() => {
  activateBackend(cpuBackend());
  setSeed(3);
});

const { x: X, shape: SHAPE, units: UNITS } = PYTORCH;
const [BATCH] = SHAPE;

/** The outputs of a layer with several. */
const all = (layer: Layer, x: Tensor | readonly Tensor[], options?: CallOptions): Tensor[] =>
  layer.apply(x as Tensor, options) as unknown as Tensor[];
const state = (values: number[]) => float64(values, [BATCH, UNITS]);

describe('values and gradients of PyTorch', () => {
  const common = { units: UNITS, returnSequences: true, returnState: true, dtype: 'float64' as const };
  const MAKERS = { LSTM: layers.lstm, GRU: layers.gru, SimpleRNN: layers.simpleRNN };

  for (const [name, make] of Object.entries(MAKERS)) {
    for (const unroll of [false, true]) {
      test(`${name}${unroll ? ', step by step' : ''}`, () => {
        const expected = PYTORCH[name];
        const layer: Layer = make({ ...common, unroll });
        tidy(() => {
          const xs = [float64(X, SHAPE), state(expected.h), ...(name === 'LSTM' ? [state(expected.c)] : [])];
          layer.buildFor(SHAPE);
          // PyTorch has two biases; where Keras has one it is their sum.
          const [a, b]: number[][] = [expected.inputBias, expected.stateBias];
          const bias = name === 'GRU' ? [...a, ...b] : a.map((value, index) => value + b[index]);
          const values = [expected.kernel, expected.recurrent, bias];
          layer.setWeights(layer.weights.map(({ shape }, index) => float64(values[index], shape)));
          const variables = layer.trainableWeights.map(({ variable }) => variable);
          const loss = (): Tensor => {
            return sum(square(all(layer, xs)[0]));
          };
          const { gradients } = differentiate(loss, [...xs, ...variables]);
          const again = all(layer, xs);
          expect(distance(again[0].dataSync(), expected.y)).toBeLessThan(1e-9);
          for (const [index, last] of expected.last.entries()) {
            expect(distance(again[index + 1].dataSync(), last)).toBeLessThan(1e-9);
          }
          const dBias = name === 'GRU' ? [...expected.dInputBias, ...expected.dStateBias] : expected.dInputBias;
          const wanted = [
            expected.dx,
            expected.dh,
            ...(expected.dc ? [expected.dc] : []),
            expected.dKernel,
            expected.dRecurrent,
            dBias,
          ];
          for (const [index, gradient] of gradients.entries()) {
            expect(distance(gradient!.dataSync(), wanted[index])).toBeLessThan(1e-9);
          }
        });
        layer.dispose();
      });
    }
  }
});

const numbers = (x: unknown): number[] => [...(x as Tensor).dataSync()];

/** Numbers that agree to float32's precision. */
const close = (given: readonly number[], expected: readonly number[], tolerance = 1e-5) =>
  expect(distance(given, expected)).toBeLessThan(tolerance);

const KINDS: readonly [string, (options: object) => Layer][] = [
  ['LSTM', (options) => layers.lstm({ units: 3, ...options })],
  ['GRU', (options) => layers.gru({ units: 3, ...options })],
  ['GRU, reset before', (options) => layers.gru({ units: 3, resetAfter: false, ...options })],
  ['SimpleRNN', (options) => layers.simpleRNN({ units: 3, ...options })],
];

describe.each(KINDS)('%s', (_, make) => {
  test('a masked tail changes nothing: the last output is that of the short sequence', () => {
    const layer = make({});
    tidy(() => {
      const short = randomNormal([2, 3, 4]);
      const x = pad(short, [
        [0, 0],
        [0, 2],
        [0, 0],
      ]);
      const masked = layers.masking().apply(x) as Tensor;
      close(numbers(layer.apply(masked)), numbers(layer.apply(short)));
      expect(distance(numbers(layer.apply(x)), numbers(layer.apply(short)))).toBeGreaterThan(1e-3);
    });
    layer.dispose();
  });

  test('masked steps repeat the output before, or are zeros', () => {
    const [layer, zeros] = [make({ returnSequences: true }), make({ returnSequences: true, zeroOutputForMask: true })];
    tidy(() => {
      const x = randomNormal([1, 4, 2]);
      const mask = float64([1, 0, 1, 0], [1, 4]);
      const bool = cast(mask, 'bool');
      const y = numbers(layer.apply(x, { mask: bool }));
      expect(y.slice(3, 6)).toEqual(y.slice(0, 3));
      expect(y.slice(9, 12)).toEqual(y.slice(6, 9));
      expect(y.slice(6, 9)).not.toEqual(y.slice(3, 6));
      zeros.buildFor([1, 4, 2]);
      zeros.setWeights(layer.getWeights());
      const z = numbers(zeros.apply(x, { mask: bool }));
      expect(z.slice(3, 6)).toEqual([0, 0, 0]);
      expect(z.slice(6, 9)).toEqual(y.slice(6, 9));
    });
    layer.dispose();
    zeros.dispose();
  });

  test('all steps in one kernel equal the steps run one by one, including masks and states', () => {
    const [layer, steps] = [{ goBackwards: true }, { goBackwards: true, unroll: true }].map((options) =>
      make({ ...options, returnSequences: true, returnState: true }),
    );
    tidy(() => {
      const x = randomNormal([3, 5, 4]);
      const mask = cast(float64([1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1], [3, 5]), 'bool');
      const states = all(layer, x).slice(1);
      steps.buildFor([3, 5, 4]);
      steps.setWeights(layer.getWeights());
      const inputs = [x, ...states];
      const [a, b] = [layer, steps].map((each) => all(each, inputs, { mask }));
      for (const [index, value] of a.entries()) close(numbers(value), numbers(b[index]));
      const loss = (each: Layer) => (first: Tensor) => sum(square(all(each, [first, ...inputs.slice(1)], { mask })[0]));
      const [[da], [db]] = [layer, steps].map((each) => grads(loss(each))([x]));
      close(numbers(da), numbers(db), 1e-4);
    });
    layer.dispose();
    steps.dispose();
  });

  test('a stateful layer goes on where the batch before ended, until resetStates', () => {
    const before = memory();
    const [layer, whole] = [make({ stateful: true }), make({})] as [Layer & { resetStates(): void }, Layer];
    tidy(() => {
      const x = randomNormal([2, 6, 4]);
      const part = (from: number, count: number) => slice(x, [0, from, 0], [2, count, 4]);
      layer.apply(part(0, 2));
      whole.buildFor([2, 6, 4]);
      whole.setWeights(layer.getWeights());
      close(numbers(layer.apply(part(2, 4))), numbers(whole.apply(x)));
      layer.resetStates();
      close(numbers(layer.apply(x)), numbers(whole.apply(x)));
      expect(() => (whole as typeof layer).resetStates()).toThrow(ValueError);
    });
    layer.dispose();
    whole.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('states', () => {
  test('initialState of apply, symbolic or not, equals passing a list', () => {
    const layer = layers.lstm({ units: 3 });
    const [x, h, c] = [input({ shape: [4, 2] }), input({ shape: [3] }), input({ shape: [3] })];
    const m = model({ inputs: [x, h, c], outputs: layer.apply(x, { initialState: [h, c] }) });
    tidy(() => {
      const values = [randomNormal([2, 4, 2]), randomNormal([2, 3]), randomNormal([2, 3])];
      const y = numbers(m.apply(values));
      expect(numbers(layer.apply(values[0], { initialState: values.slice(1) }))).toEqual(y);
      expect(() => layer.apply(values[0], { initialState: values[1] })).toThrow(/1 initial states given, expected 2/);
      expect(() => layer.apply(values[0], { initialState: 3 as never })).toThrow(ValueError);
    });
    m.dispose();
  });

  test('an LSTM of images is refused, and of one step it is not', () => {
    expect(() => layers.lstm({ units: 2 }).apply(input({ shape: [3] }))).toThrow(ShapeError);
    expect(layers.lstm({ units: 2 }).apply(input({ shape: [1, 3] })).shape).toEqual([null, 2]);
    expect(layers.lstm({ units: 2, returnSequences: true }).apply(input({ shape: [null, 3] })).shape).toEqual([
      null,
      null,
      2,
    ]);
  });
});

test('fused steps refuse a second derivative by name; unrolled ones have it', () => {
  const second = (unroll: boolean) => {
    const layer = layers.lstm({ units: 2, unroll, dtype: 'float64' });
    const x = float64([1, 2, 3, 4], [1, 2, 2]);
    const slope = (x: Tensor) => sum(square(grads((x: Tensor) => sum(layer.apply(x) as Tensor))([x])[0]));
    return tidy(() => numbers(grads(slope)([x])[0]));
  };
  expect(() => second(false)).toThrow(/unroll: true/);
  expect(second(true).every(Number.isFinite)).toBe(true);
});

test('Bidirectional: both directions on their own, joined', () => {
  for (const mergeMode of ['concat', 'sum', 'mul', 'ave', null] as const) {
    const both = layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }), mergeMode });
    tidy(() => {
      const x = randomNormal([2, 4, 3]);
      const y = both.apply(x) as Tensor | Tensor[];
      const forward = numbers(both.forwardLayer.apply(x));
      const backward = numbers(reverse(both.backwardLayer.apply(x) as Tensor, 1));
      const rows = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((row) => [
        ...forward.slice(2 * row, 2 * row + 2),
        ...backward.slice(2 * row, 2 * row + 2),
      ]);
      const expected = {
        concat: rows,
        sum: forward.map((value, index) => value + backward[index]),
        mul: forward.map((value, index) => value * backward[index]),
        ave: forward.map((value, index) => (value + backward[index]) / 2),
      };
      if (mergeMode) close(numbers(y), expected[mergeMode]);
      else expect((y as Tensor[]).map(numbers)).toEqual([forward, backward]);
    });
    both.dispose();
  }
});

test('dropout is the same at every step: outputs of a memoryless cell repeat where its inputs do', () => {
  const layer = layers.simpleRNN({ units: 6, returnSequences: true, dropout: 0.5, recurrentInitializer: 'zeros' });
  tidy(() => {
    const x = cast(float64(Array(2 * 5 * 8).fill(1), [2, 5, 8]), 'float32');
    const y = numbers(layer.apply(x, { training: true }));
    for (const row of [0, 30]) {
      for (const step of [6, 12, 18, 24]) expect(y.slice(row + step, row + step + 6)).toEqual(y.slice(row, row + 6));
    }
    expect(y.slice(0, 6)).not.toEqual(y.slice(30, 36));
    expect(y).not.toEqual(numbers(layer.apply(x, { training: true })));
  });
  layer.dispose();
});

test('RNN takes a cell of the user’s own', () => {
  class Sums extends CustomLayer {
    readonly stateSize = 2;
    override call([x, h]: readonly Tensor[]): Tensor[] {
      const next = add(h, matMul(x, cast(float64([1, 0, 0, 1], [2, 2]), 'float32')));
      return [mul(next, 10), next];
    }
  }
  const layer = layers.rnn({ cell: new Sums() as never, returnSequences: true, returnState: true });
  tidy(() => {
    const x = cast(float64([1, 2, 3, 4, 5, 6], [1, 3, 2]), 'float32');
    const [y, last] = layer.apply(x) as unknown as Tensor[];
    expect(numbers(y)).toEqual([10, 20, 40, 60, 90, 120]);
    expect(numbers(last)).toEqual([9, 12]);
  });
});
