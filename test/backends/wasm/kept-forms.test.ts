import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Forms } from '../../../src/backends/forms.js';
import { Heap } from '../../../src/backends/wasm/memory/heap.js';
import { KeptForms } from '../../../src/backends/wasm/memory/kept-forms.js';
import { PAGE_BYTES } from '../../../src/backends/wasm/memory/layout.js';
import * as nb from '../../../src/index.js';
import { conv2dInputGradient } from '../../../src/ops/conv2d.js';

const keptBytes = () => nb.backendInfo().keptBytes;

const valuesOf = (f: () => nb.Tensor): number[] => {
  const y = f();
  const values = [...y.dataSync()];
  y.dispose();
  return values;
};

/**
 * Operations on a weight, each by another way of packing: direct, in tiles, few rows and many, phases of a gradient.
 */
const OPERATIONS: Readonly<Record<string, { weight: nb.Shape; run: (w: nb.Tensor) => nb.Tensor }>> = {
  'conv 1×1': { weight: [1, 1, 20, 37], run: (w) => nb.conv2d(nb.ones([2, 5, 7, 20]).mul(0.3), w, 1, 'same') },
  'conv 3×3 in tiles': { weight: [3, 3, 32, 40], run: (w) => nb.conv2d(nb.ones([2, 12, 12, 32]), w, 1, 'same') },
  'conv with stride': { weight: [3, 3, 6, 11], run: (w) => nb.conv2d(nb.ones([2, 9, 9, 6]), w, 2, 'same') },
  'grouped conv': { weight: [3, 3, 4, 12], run: (w) => nb.conv2d(nb.ones([1, 6, 6, 8]), w, 1, 'same', 'NHWC', 1, 2) },
  'few rows': { weight: [50, 33], run: (w) => nb.matMul(nb.ones([3, 50]).mul(0.7), w) },
  'many rows': { weight: [50, 33], run: (w) => nb.matMul(nb.ones([70, 50]).mul(0.7), w) },
  transposed: { weight: [33, 50], run: (w) => nb.matMul(nb.ones([70, 50]).mul(0.7), w, false, true) },
  'transposed convolution': {
    weight: [3, 3, 6, 8],
    run: (w) => {
      const options = { strides: 2, padding: 'same', dilations: 1, groups: 1 } as const;
      return conv2dInputGradient(nb.ones([2, 5, 5, 8]).mul(0.7), w, [2, 9, 9, 6], options);
    },
  },
};

beforeAll(() => nb.setBackend('wasm', { threads: 2 }));
afterAll(() => nb.setThreads(1));
beforeEach(() => nb.disposeVariables());

describe.each(Object.entries(OPERATIONS))('%s', (_, { weight, run }) => {
  const result = (w: nb.Tensor) => valuesOf(() => nb.tidy(() => run(w)));

  test('gives the same bits from kept forms as without, on any number of threads', () => {
    const tensor = nb.randomNormal(weight, 0, 1, 'float32', 1);
    const w = nb.variable(tensor);
    const expected = result(tensor);
    for (const threads of [1, 2, 3]) {
      nb.setThreads(threads);
      for (let call = 0; call < 3; call++) expect(result(w)).toEqual(expected);
    }
    expect(keptBytes()).toBeGreaterThanOrEqual(w.size * 4);
    w.dispose();
    tensor.dispose();
    expect(keptBytes()).toBe(0);
  });

  test('follows every way of writing a variable', () => {
    const w = nb.variable(nb.randomNormal(weight, 0, 1, 'float32', 1));
    const optimizer = nb.train.sgd(0.5);
    const writes = [
      () => w.assign(nb.randomNormal(weight, 0, 1, 'float32', 2)),
      () => w.assignValues(new Float32Array(w.size).fill(0.25)),
      () => optimizer.applyGradients([[nb.randomNormal(weight, 0, 1, 'float32', 3), w]]),
    ];
    for (const write of writes) {
      for (let call = 0; call < 3; call++) result(w);
      nb.tidy(write);
      const expected = nb.tidy(() => result(nb.tensor(w.dataSync(), weight)));
      for (let call = 0; call < 3; call++) expect(result(w)).toEqual(expected);
    }
    optimizer.dispose();
    w.dispose();
    expect(keptBytes()).toBe(0);
  });
});

test('training keeps nothing: each of its weights is read once before it changes', async () => {
  const model = nb.sequential([
    nb.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', inputShape: [8, 8, 3] }),
    nb.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same' }),
    nb.layers.flatten(),
    nb.layers.dense({ units: 4 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const [x, y] = [nb.randomUniform([8, 8, 8, 3]), nb.randomUniform([8, 4])];
  for (let step = 0; step < 3; step++) {
    await model.trainOnBatch(x, y);
    expect(keptBytes()).toBe(0);
  }
  nb.dispose([x, y]);
  model.dispose();
});

test('memory() does not count cached forms', () => {
  const w = nb.variable(nb.ones([64, 64]));
  const x = nb.ones([70, 64]);
  const before = nb.memory();
  for (let call = 0; call < 4; call++) nb.matMul(x, w).dispose();
  expect(nb.memory()).toEqual(before);
  expect(keptBytes()).toBe(64 * 64 * 4);
  nb.dispose([w, x]);
});

describe('KeptForms', () => {
  const PAGES = 64;
  const MEBIBYTE = 1 << 20;

  function start() {
    const heap = new Heap(new WebAssembly.Memory({ initial: 2, maximum: PAGES }), PAGES);
    return { heap, kept: new KeptForms(heap, PAGES * PAGE_BYTES) };
  }

  /** Asks for a form as often as it takes to be kept. */
  const keep = (kept: KeptForms, forms: Forms, bytes: number): number => {
    kept.beginKernel();
    kept.reserve(forms, 'panels', bytes);
    return kept.reserve(forms, 'panels', bytes);
  };

  test('uses at most a quarter of the memory', () => {
    const { kept } = start();
    const sizes = [MEBIBYTE / 2, MEBIBYTE / 2, MEBIBYTE / 2];
    const addresses = sizes.map((bytes) => keep(kept, new Forms(), bytes));
    expect(addresses.map((address) => address > 0)).toEqual([true, true, false]);
    expect(kept.bytes).toBe(MEBIBYTE);
  });

  test('makes room of forms that nothing has read for long', () => {
    const { kept } = start();
    const [old, young] = [new Forms(), new Forms()];
    keep(kept, old, MEBIBYTE);
    expect(keep(kept, young, MEBIBYTE)).toBe(0);
    for (let read = 0; read < 2000; read++) kept.find(young, 'panels');
    expect(keep(kept, young, MEBIBYTE)).toBeGreaterThan(0);
    expect(kept.find(old, 'panels')).toBe(0);
  });

  test('frees forms when memory is short, except those in use by the running kernel', () => {
    const { heap, kept } = start();
    const [idle, running] = [new Forms(), new Forms()];
    keep(kept, idle, MEBIBYTE / 2);
    const address = keep(kept, running, MEBIBYTE / 2);
    heap.allocate(2 * MEBIBYTE);
    heap.allocate(MEBIBYTE / 2);
    expect(kept.find(idle, 'panels')).toBeGreaterThan(0);
    kept.beginKernel();
    kept.find(running, 'panels');
    heap.allocate(MEBIBYTE / 2);
    expect(kept.find(idle, 'panels')).toBe(0);
    expect(kept.find(running, 'panels')).toBe(address);
    expect(kept.bytes).toBe(MEBIBYTE / 2);
    expect(() => heap.allocate(MEBIBYTE)).toThrow(/do not fit/);
  });
});
