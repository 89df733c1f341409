import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBackend } from '../../src/backends/registry.js';
import * as nb from '../../src/index.js';

beforeAll(() => nb.setBackend('wasm', { threads: 2 }));
afterAll(() => nb.setThreads(1));

const { layers } = nb;

/** Statistics and affine weights of batch norms that are not those of a new layer. */
function disturb(model: nb.Model): void {
  let seed = 1;
  for (const weight of model.weights) {
    const scale = /gamma|variance/.test(weight.path);
    if (scale) weight.assign(nb.randomUniform(weight.shape, 0.5, 1.5, 'float32', seed++));
    else if (/beta|mean|bias/.test(weight.path))
      weight.assign(nb.randomNormal(weight.shape, 0, 0.3, 'float32', seed++));
  }
}

const image = (...shape: number[]) => nb.randomUniform(shape, -1, 1, 'float32', 7);

const valuesOf = (result: nb.Tensor | readonly nb.Tensor[]): number[][] => {
  const values = [result].flat().map((each) => [...(each as nb.Tensor).dataSync()]);
  nb.dispose(result);
  return values;
};

/** The outputs of the model without a plan: the ops of every layer. */
const written = (model: nb.Model, x: nb.Tensor): number[][] => valuesOf(nb.tidy(() => model.apply(x)));

const predicted = (model: nb.Model, x: nb.Tensor, batchSize = 32): number[][] =>
  valuesOf(model.predict(x, { batchSize }));

function expectClose(actual: number[][], expected: number[][]): void {
  for (const [output, values] of expected.entries()) {
    const largest = Math.max(...values.map(Math.abs));
    for (const [i, value] of values.entries()) expect(Math.abs(actual[output][i] - value)).toBeLessThan(1e-5 * largest);
  }
}

/** Names of the kernels that a call runs. */
function kernelsOf(f: () => void): string[] {
  const kernels = currentBackend().kernels as unknown as Record<string, (...values: unknown[]) => void>;
  const original = { ...kernels };
  const names: string[] = [];
  for (const [name, kernel] of Object.entries(original)) {
    kernels[name] = (...values) => {
      names.push(name);
      kernel(...values);
    };
  }
  try {
    f();
  } finally {
    Object.assign(kernels, original);
  }
  return names;
}

const residual = () => {
  const inputs = nb.input({ shape: [9, 9, 8] });
  const normalized = (x: nb.SymbolicTensor, filters: number, kernelSize: number) =>
    layers.batchNormalization().apply(layers.conv2d({ filters, kernelSize, padding: 'same' }).apply(x));
  let y = layers.activation({ activation: 'relu' }).apply(normalized(inputs, 16, 3));
  y = normalized(layers.dropout({ rate: 0.5 }).apply(y), 8, 1);
  y = layers.activation({ activation: 'relu' }).apply(layers.add().apply([y, inputs]));
  y = layers.globalAveragePooling2d().apply(y);
  return nb.model({ inputs, outputs: layers.dense({ units: 5 }).apply(y) });
};

describe('a residual network', () => {
  test('runs as one kernel for each convolution with its batch norm, sum and activation', () => {
    const model = residual();
    const x = image(2, 9, 9, 8);
    nb.dispose(model.predict(x));
    const kernels = kernelsOf(() => nb.dispose(model.predict(x)));
    expect(kernels).toEqual(['fusedConv2d', 'fusedConv2d', 'reduce', 'matMul']);
    model.dispose();
    x.dispose();
  });

  test('gives the bits of one thread on any number of them, and at every call', () => {
    const model = residual();
    disturb(model);
    const x = image(2, 9, 9, 8);
    nb.setThreads(1);
    const expected = predicted(model, x);
    expectClose(expected, written(model, x));
    for (const threads of [1, 2, 3]) {
      nb.setThreads(threads);
      for (let call = 0; call < 3; call++) expect(predicted(model, x)).toEqual(expected);
    }
    model.dispose();
    x.dispose();
  });

  test('follows every weight that changes', async () => {
    const model = residual();
    disturb(model);
    const x = image(3, 9, 9, 8);
    const y = nb.zeros([3, 5]);
    for (let call = 0; call < 3; call++) predicted(model, x);
    for (const weight of model.weights) {
      nb.tidy(() => weight.assign(nb.randomUniform(weight.shape, 0.5, 1.5)));
      for (let call = 0; call < 3; call++) expectClose(predicted(model, x), written(model, x));
    }
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    for (let step = 0; step < 3; step++) {
      await model.trainOnBatch(x, y);
      for (let call = 0; call < 3; call++) expectClose(predicted(model, x), written(model, x));
    }
    const before = model.getWeights().map((weight) => weight.clone());
    nb.tidy(() => model.setWeights(model.weights.map(({ shape }) => nb.randomUniform(shape, 0.1, 0.9))));
    const changed = predicted(model, x);
    expectClose(changed, written(model, x));
    model.setWeights(before);
    expect(predicted(model, x)).not.toEqual(changed);
    expectClose(predicted(model, x), written(model, x));
    nb.dispose([before, x, y]);
    model.dispose();
  });

  test('takes batches of several sizes, including the last, smaller one', () => {
    const model = residual();
    disturb(model);
    const x = image(11, 9, 9, 8);
    const expected = written(model, x);
    for (const batchSize of [4, 11, 3, 1, 2, 5, 4]) expectClose(predicted(model, x, batchSize), expected);
    model.dispose();
    x.dispose();
  });

  test('leaves memory as it was: predict keeps no tensors, and nothing after dispose', () => {
    const model = residual();
    const x = image(2, 9, 9, 8);
    written(model, x);
    const before = nb.memory();
    for (let call = 0; call < 5; call++) predicted(model, x);
    expect(nb.memory()).toEqual(before);
    expect(nb.backendInfo().keptBytes).toBeGreaterThan(0);
    model.dispose();
    expect(nb.backendInfo().keptBytes).toBe(0);
    x.dispose();
  });

  test('changes nothing of what training and evaluation compute', async () => {
    const losses = async (predicts: boolean) => {
      nb.setSeed(3);
      const model = residual();
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      const [x, y] = [image(6, 9, 9, 8), nb.ones([6, 5])];
      const numbers: (number | number[])[] = [];
      for (let step = 0; step < 3; step++) {
        if (predicts) for (let call = 0; call < 2; call++) predicted(model, x);
        numbers.push(await model.trainOnBatch(x, y), (await model.measure(x, y)).loss);
      }
      nb.dispose([x, y]);
      model.dispose();
      return numbers;
    };
    expect(await losses(true)).toEqual(await losses(false));
  });
});

const ZOO: readonly [string, () => nb.Model, number[]][] = [
  ['LeNet-5', () => nb.lenet5(), [5, 28, 28, 1]],
  ['VGG16', () => nb.vgg16({ inputShape: [48, 48, 3], classes: 10 } as never), [2, 48, 48, 3]],
  ['custom ResNet-50', () => nb.customResnet50(), [2, 32, 32, 3]],
  ['ResNet-50 for signs', () => nb.resnet50Signs(), [3, 64, 64, 3]],
  ['GoogLeNet', () => nb.googlenet({ inputShape: [96, 96, 3], classes: 10 } as never), [1, 96, 96, 3]],
];

test.each(ZOO)('%s predicts within 1e-5 of itself as written', (_, make, shape) => {
  const model = make();
  const x = image(...shape);
  expectClose(predicted(model, x), written(model, x));
  model.dispose();
  x.dispose();
});

describe('models that are planned only in part, or not at all', () => {
  const check = (model: nb.Model, ...shape: number[]) => {
    disturb(model);
    const x = image(...shape);
    for (let call = 0; call < 3; call++) expectClose(predicted(model, x), written(model, x));
    model.dispose();
    x.dispose();
  };

  test('a batch norm whose convolution is read elsewhere too', () => {
    const inputs = nb.input({ shape: [6, 6, 4] });
    const y = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(inputs);
    const outputs = [layers.batchNormalization().apply(y), layers.activation({ activation: 'relu' }).apply(y)];
    check(nb.model({ inputs, outputs }), 2, 6, 6, 4);
  });

  test('a convolution with an activation before its batch norm, and one added to itself', () => {
    const inputs = nb.input({ shape: [6, 6, 4] });
    let y = layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', padding: 'same' }).apply(inputs);
    y = layers.batchNormalization({ scale: false }).apply(y);
    y = layers.conv2d({ filters: 4, kernelSize: 1, useBias: false }).apply(y);
    y = layers.add().apply([y, y]);
    y = layers.batchNormalization({ center: false, axis: 1 }).apply(y);
    check(nb.model({ inputs, outputs: layers.flatten().apply(y) }), 2, 6, 6, 4);
  });

  test('convolutions and norms that are shared', () => {
    const inputs = nb.input({ shape: [6, 6, 4] });
    const conv = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
    const other = layers.conv2d({ filters: 4, kernelSize: 1 });
    const norm = layers.batchNormalization();
    const y = norm.apply(conv.apply(norm.apply(other.apply(norm.apply(conv.apply(inputs))))));
    check(nb.model({ inputs, outputs: y }), 2, 6, 6, 4);
  });

  test('layers with constants, nested models, depthwise and transposed convolutions', () => {
    const inner = nb.sequential([
      layers.separableConv2d({ filters: 6, kernelSize: 3, inputShape: [6, 6, 4] }),
      layers.batchNormalization(),
      layers.leakyReLU({ negativeSlope: 0.1 }),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3 }),
    ]);
    const inputs = nb.input({ shape: [6, 6, 4] });
    let y = layers.rescaling({ scale: 0.5, offset: 0.25 }).apply(inputs);
    y = layers.average().apply([inner.apply(y), inputs]);
    y = layers.prelu().apply(y.mul(2));
    y = layers.softmax().apply(layers.reshape({ targetShape: [-1, 4] }).apply(y));
    check(nb.model({ inputs, outputs: y }), 2, 6, 6, 4);
  });

  test('an output that is the input, a repeat, or a view of another', () => {
    const inputs = nb.input({ shape: [4] });
    const y = layers.dense({ units: 6 }).apply(inputs);
    const outputs = [y, layers.reshape({ targetShape: [2, 3] }).apply(y), layers.dropout({ rate: 0.5 }).apply(inputs)];
    check(nb.model({ inputs, outputs }), 3, 4);
  });

  test('layers and functions of a user, which run at every call', () => {
    let calls = 0;
    class Counting extends nb.layers.Layer {
      static override readonly className = 'CountingInPredict';
      override call(x: nb.Tensor): nb.Tensor {
        calls++;
        return nb.mul(x, calls);
      }
    }
    const custom = nb.sequential([layers.dense({ units: 3, inputShape: [4] }), new Counting() as never]);
    const lambda = nb.sequential([
      layers.dense({ units: 3, inputShape: [4] }),
      layers.lambda({ function: (x: nb.Tensor) => x.mul(++calls) }),
    ]);
    const activation = nb.sequential([
      layers.dense({ units: 3, inputShape: [4], activation: ((x: nb.Tensor) => x.mul(++calls)) as never }),
    ]);
    const x = nb.ones([2, 4]);
    for (const model of [custom, lambda, activation]) {
      nb.dispose(model.predict(x));
      const before = calls;
      for (let call = 0; call < 3; call++) nb.dispose(model.predict(x));
      expect(calls).toBe(before + 3);
      model.dispose();
    }
    x.dispose();
  });

  test('a layer that was called in training mode', () => {
    nb.setSeed(1);
    const inputs = nb.input({ shape: [40] });
    const dropped = layers.dropout({ rate: 0.5 }).apply(inputs, { training: true });
    const model = nb.model({ inputs, outputs: dropped });
    const x = nb.ones([1, 40]);
    expect(predicted(model, x)).not.toEqual(predicted(model, x));
    model.dispose();
    x.dispose();
  });

  test('a model whose layers change', () => {
    const model = nb.sequential([layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units: 2 })]);
    const x = nb.ones([2, 4]);
    for (let call = 0; call < 2; call++) expectClose(predicted(model, x), written(model, x));
    model.pop();
    expectClose(predicted(model, x), written(model, x));
    model.add(layers.dense({ units: 7, activation: 'relu' }));
    const [y] = predicted(model, x);
    expect(y).toHaveLength(14);
    expectClose([y], written(model, x));
    model.dispose();
    x.dispose();
  });

  test('bad inputs are refused as before', () => {
    const model = nb.sequential([layers.dense({ units: 3, inputShape: [4] })]);
    expect(() => model.predict(nb.ones([2, 5]))).toThrow(/\[2,5\]|5/);
    expect(predicted(model, nb.ones([2, 4]))[0]).toHaveLength(6);
    model.dispose();
  });

  test('a tape sees the ops of a model that predicts under it', () => {
    const model = nb.sequential([layers.dense({ units: 3, inputShape: [4] })]);
    const x = nb.ones([2, 4]);
    nb.dispose(model.predict(x));
    const { value, grads } = nb.variableGrads(() => nb.sum(model.predict(x) as nb.Tensor));
    expect(Object.keys(grads)).toHaveLength(2);
    nb.dispose([value, grads, x]);
    model.dispose();
  });
});

test('the cpu backend runs the same plan', async () => {
  await nb.setBackend('cpu');
  try {
    const model = residual();
    disturb(model);
    const x = image(2, 9, 9, 8);
    for (let call = 0; call < 2; call++) expectClose(predicted(model, x), written(model, x));
    const kernels = kernelsOf(() => nb.dispose(model.predict(x)));
    expect(kernels).toEqual(['fusedConv2d', 'fusedConv2d', 'reduce', 'matMul']);
    model.dispose();
    x.dispose();
  } finally {
    await nb.setBackend('wasm');
  }
});

test('a model that moves to another backend is planned there', async () => {
  const model = residual();
  disturb(model);
  const x = image(2, 9, 9, 8);
  const expected = predicted(model, x);
  for (const backend of ['cpu', 'wasm', 'cpu', 'wasm']) {
    await nb.setBackend(backend);
    for (let call = 0; call < 2; call++) expectClose(predicted(model, x), expected);
  }
  model.dispose();
  x.dispose();
});

test('1,000 images in a loop, one at a time, take no more memory than the first few', () => {
  const model = residual();
  const x = image(1, 9, 9, 8);
  const memoryNow = () => [nb.memory(), nb.backendInfo().keptBytes];
  for (let call = 0; call < 3; call++) nb.dispose(model.predict(x));
  const before = memoryNow();
  const allocated = new Set<unknown>();
  const backend = currentBackend();
  const allocate = backend.allocate.bind(backend);
  backend.allocate = (dtype, size) => {
    const address = allocate(dtype, size);
    allocated.add(address);
    return address;
  };
  try {
    for (let call = 0; call < 1000; call++) nb.dispose(model.predict(x));
  } finally {
    backend.allocate = allocate;
  }
  expect(memoryNow()).toEqual(before);
  // The same few blocks at every call: the batch, the plan's memory, the output.
  expect(allocated.size).toBeLessThan(8);
  model.dispose();
  x.dispose();
});
