import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withBackend } from '../../src/backends/registry.js';
import { shapesBackend } from '../../src/backends/shapes/index.js';
import { isFloat } from '../../src/base/dtype.js';
import {
  add,
  customGrad,
  DisposedError,
  dispose,
  explain,
  grad,
  input,
  keep,
  layers,
  memory,
  model,
  mul,
  ones,
  resnet50,
  type SymbolicTensor,
  sigmoid,
  sin,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  variable,
  variableGrads,
} from '../../src/index.js';
import {
  addRecorder,
  type Differentiable,
  type Op,
  type Recorded,
  type Recorder,
  removeRecorder,
  runOp,
} from '../../src/ops/op.js';
import { handleOf } from '../../src/tensor/tensor.js';
import { cases } from '../cases/index.js';
import { startBackend } from '../support/backends.js';
import { uploadInputs } from '../support/inputs.js';

beforeAll(() => startBackend('cpu'));

interface Ran extends Recorded {
  readonly op: Differentiable;
}

const held: Tensor[] = [];
afterEach(() => dispose(held.splice(0)));

/** The ops that `f` runs, their tensors kept alive until the test ends. */
function opsOf(f: () => unknown): Ran[] {
  const ran: Ran[] = [];
  const hold = (x: Tensor): Tensor => {
    const handle = keep(handleOf(x));
    held.push(handle);
    return handle;
  };
  const recorder: Recorder = {
    record: (op, { inputs, output, options }) => {
      const given = Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, hold(x)] as const] : []));
      ran.push({ op, inputs: Object.fromEntries(given), output: hold(output), options });
    },
  };
  addRecorder(recorder);
  try {
    f();
  } finally {
    removeRecorder(recorder);
  }
  return ran;
}

/**
 * For each input that has a gradient, checks what its rule reads against what it says; gives the ops that the rules
 * ran.
 */
function checkReads({ op, ...recorded }: Ran): Ran[] {
  const { inputs, output, options } = recorded;
  const nameOf = new Map(Object.entries({ ...inputs, output }).flatMap(([name, x]) => (x ? [[x.id, name]] : [])));
  return Object.keys(inputs).flatMap((target) => {
    const ran = opsOf(() => op.gradient(ones(output.shape, output.dtype), recorded)[target]?.());
    const read = ran.flatMap((each) => Object.values(each.inputs).flatMap((x) => (x ? [nameOf.get(x.id)] : [])));
    const said = op.reads?.(options)[target] ?? [];
    // One name for each tensor: x · x reads x, whether by the name of a or of b.
    const named = said.map((name) => nameOf.get({ ...inputs, output }[name as string]?.id ?? -1) ?? name);
    const distinct = (names: readonly unknown[]) => [...new Set(names.filter((name) => name !== undefined))].sort();
    expect(distinct(named), `${op.name}: values that \`reads\` names for the gradient of ${target}`).toEqual(
      distinct(read),
    );
    return ran;
  });
}

describe('the gradient of each op reads exactly the values that `reads` names', () => {
  for (const each of cases.filter(({ differentiable }) => differentiable.length > 0)) {
    test(each.name, () => {
      tidy(() => {
        const inputs = uploadInputs(each.inputs(), 'float64');
        const floats = (ran: Ran[]) => ran.filter(({ output }) => isFloat(output.dtype));
        const first = floats(opsOf(() => each.run(inputs)));
        const second = floats(first.flatMap(checkReads));
        // The rules' own ops have rules too, but for kernels without a second derivative.
        if (each.orders > 1) for (const ran of second) checkReads(ran);
      });
    });
  }
});

/** A block of a residual network, and its parts by their output shapes. */
function residual(): { net: ReturnType<typeof model>; sizes: { image: number; map: number } } {
  const [image, map] = [2 * 8 * 8 * 3, 2 * 8 * 8 * 5];
  const x = input({ shape: [8, 8, 3] });
  const convolution = (x: SymbolicTensor) =>
    layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', useBias: false }).apply(x);
  const normalized = (x: SymbolicTensor) => layers.batchNormalization().apply(convolution(x));
  const relu = (x: SymbolicTensor) => layers.activation({ activation: 'relu' }).apply(x);
  const short = relu(normalized(x));
  const long = normalized(relu(normalized(short)));
  const sum = relu(layers.add().apply([short, long]));
  const pooled = layers.globalAveragePooling2d().apply(sum);
  return { net: model({ inputs: x, outputs: layers.dense({ units: 4 }).apply(pooled) }), sizes: { image, map } };
}

describe('values that a model holds between forward and backward', () => {
  test('of a residual block: outputs of convolutions; what follows from them is computed again', () => {
    const { net, sizes } = residual();
    const x = ones([2, 8, 8, 3]);
    const variables = net.trainableWeights.map((weight) => weight.variable);
    for (const weight of net.weights) weight.variable;
    const before = memory().numBytes;
    let held = 0;
    const { grads } = variableGrads(() => {
      const y = net.apply(x, { training: true }) as Tensor;
      held = memory().numBytes - before;
      return sum(square(y));
    }, variables);
    const [convolutions, moments, pooled, output] = [3 * sizes.map, 3 * 2 * 5, 2 * 5, 2 * 4];
    expect(held).toBe(4 * (convolutions + moments + pooled + output));
    expect(Object.keys(grads)).toHaveLength(variables.length);
    dispose(grads);
  });

  test('of ResNet-50 at 224: what explain lists as read by a gradient, to the byte', () => {
    withBackend(shapesBackend, () =>
      tidy(() => {
        const net = resnet50({ classes: 10 });
        const variables = net.weights.map((weight) => weight.variable);
        const x = ones([8, 224, 224, 3]);
        const before = memory().numBytes;
        let held = 0;
        const { ops } = explain(() => {
          const y = net.apply(x, { training: true }) as Tensor;
          held = memory().numBytes - before;
          return y;
        })([x, ...variables]);
        const bytes: Record<string, number> = {};
        for (const { op, bytes: own, keptFor } of ops) if (keptFor.length > 0) bytes[op] = (bytes[op] ?? 0) + own;
        // The logits wait for a loss that may prefer them to probabilities.
        const logits = 8 * 10 * 4;
        expect(held).toBe(Object.values(bytes).reduce((sum, each) => sum + each, logits));
        // Outputs of convolutions, which batch norms read: 53 maps.
        expect(Object.keys(bytes).sort()).toEqual(['batchMoments', 'conv2d', 'maxPool', 'mean', 'pad', 'softmax']);
        expect(held).toBe(350_567_936);
        net.dispose();
      }),
    );
  });

  test('of layers that are not trained and lead to none: nothing', () => {
    const { net, sizes } = residual();
    for (const layer of net.layers.slice(0, -1)) layer.trainable = false;
    const x = ones([2, 8, 8, 3]);
    for (const weight of net.weights) weight.variable;
    const before = memory().numBytes;
    let held = 0;
    const { grads } = variableGrads(
      () => {
        const y = net.apply(x, { training: true }) as Tensor;
        held = memory().numBytes - before;
        return sum(square(y));
      },
      net.trainableWeights.map((weight) => weight.variable),
    );
    const [pooled, output] = [2 * 5, 2 * 4];
    expect(held).toBe(4 * (pooled + output));
    expect(held).toBeLessThan(sizes.map);
    expect(Object.keys(grads)).toHaveLength(2);
    dispose(grads);
  });

  test('is let go of on the way back, entry by entry', () => {
    const length = 100;
    const x = ones([length]);
    const held: number[] = [];
    const watched = customGrad((x) => ({
      value: x,
      gradFunc: (dy) => {
        held.push(memory().numBytes);
        return mul(dy, 1);
      },
    }));
    const before = memory().numBytes;
    const slope = grad((x) => {
      let y = tidy(() => watched(x));
      for (let i = 0; i < 10; i++) {
        const next = square(y);
        y.dispose();
        y = next;
      }
      held.push(memory().numBytes);
      return y;
    })(x);
    const vectors = held.map((bytes) => Math.round((bytes - before) / (4 * length)));
    // Forward the ten operands (the first is x itself) and y; at the last rule y, its gradient and that of the result.
    expect(vectors).toEqual([10, 3]);
    expect(slope.dataSync()[0]).toBe(1024);
    dispose([x, slope]);
  });
});

test('a gradient that reads what `reads` does not name says which', () => {
  const squareOp: Op<{ x: Tensor }, null> = {
    name: 'forgetful',
    infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
    forward: (kernels, { x }, out) => kernels.unary('square', x, out, 0, 0),
    gradient: (dy, { inputs: { x } }) => ({ x: () => mul(dy, mul(x, 2)) }),
  };
  const f = grad((x) => tidy(() => runOp(squareOp, { x: mul(x, 1) }, null)));
  tidy(() => {
    expect(() => f(tensor([3]))).toThrow(DisposedError);
    expect(() => f(tensor([3]))).toThrow('(computing the gradient of forgetful.x: does `reads` name it?)');
  });
});

describe('who made a tensor may free it', () => {
  test('in the function itself, before the walk back', () => {
    tidy(() => {
      const slope = grad((x) => {
        const inner = sin(x);
        const y = square(inner);
        inner.dispose();
        return y;
      })(tensor([0.5], [1], 'float64'));
      expect(slope.dataSync()[0]).toBeCloseTo(Math.sin(1), 12);
    });
  });

  test('of a second derivative as well', () => {
    tidy(() => {
      const f = (x: Tensor) =>
        tidy(() =>
          mul(
            tidy(() => square(x)),
            tidy(() => sin(x)),
          ),
        );
      const slope = grad(grad(f))(tensor([0.7], [1], 'float64'));
      const expected = 2 * Math.sin(0.7) + 4 * 0.7 * Math.cos(0.7) - 0.49 * Math.sin(0.7);
      expect(slope.dataSync()[0]).toBeCloseTo(expected, 12);
    });
  });

  test('a variable that is assigned meanwhile has the gradient of the value that was read', () => {
    const w = variable(tensor([3]));
    const { value, grads } = variableGrads(() => {
      const y = sum(square(w));
      w.assign(tensor([100]));
      return y;
    }, [w]);
    expect([value.dataSync()[0], grads[w.name].dataSync()[0], w.dataSync()[0]]).toEqual([9, 6, 100]);
    dispose([w, value, grads]);
  });
});

describe('customGrad in a graph, which frees what no layer reads any more', () => {
  const silu = {
    saved: customGrad((x, save) => {
      const s = sigmoid(x);
      save([x, s]);
      return { value: mul(x, s), gradFunc: (dy, [x, s]) => mul(dy, add(s, mul(mul(x, s), add(mul(s, -1), 1)))) };
    }),
    // The same, with values from the closure: the argument, an intermediate value, and the result.
    closure: customGrad((x) => {
      const s = sigmoid(x);
      const y = mul(x, s);
      return { value: y, gradFunc: (dy) => mul(dy, add(sigmoid(x), mul(y, add(mul(s, -1), 1)))) };
    }),
  };

  for (const [name, f] of Object.entries(silu)) {
    test(`with ${name} tensors`, () => {
      const x = input({ shape: [3] });
      const hidden = layers.dense({ units: 4, kernelInitializer: 'ones' }).apply(x) as SymbolicTensor;
      const activated = layers.activation({ activation: f }).apply(hidden) as SymbolicTensor;
      const net = model({ inputs: x, outputs: layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(activated) });
      tidy(() => {
        const at = tensor([[0.1, -0.4, 0.8]]);
        net.apply(at);
        const before = memory();
        const slope = grad((x) => net.apply(x) as Tensor)(at);
        const u = 0.5;
        const s = 1 / (1 + Math.exp(-u));
        // Four equal units.
        expect(slope.dataSync()[1]).toBeCloseTo(4 * (s + u * s * (1 - s)), 5);
        slope.dispose();
        expect(memory()).toEqual(before);
      });
      net.dispose();
    });
  }
});
