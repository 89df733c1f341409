import { afterAll, expect, test } from 'vitest';
import {
  clearSession,
  disposeVariables,
  layers,
  memory,
  optimizers,
  type Sequential,
  sequential,
  setBackend,
  setSeed,
} from '../../src/index.js';
import { uniformValues } from '../../src/tensor/random.js';
import { startBackend } from '../support/backends.js';
import { MemoryWatch } from '../support/memory-watch.js';

const SIDE = 12;
const BATCH = 16;
const STEPS_PER_EPOCH = 100;
const EPOCHS = 20;
const UNITS = 128;

/** A small LeNet-5 with every kind of state other than weights: moving averages, a generator, moments, counts. */
function classifier(): Sequential {
  const made = sequential({
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', useBias: false, inputShape: [SIDE, SIDE, 1] }),
      layers.batchNormalization({}),
      layers.activation({ activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: UNITS, activation: 'relu' }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
  });
  made.compile({
    optimizer: optimizers.adam({ learningRate: 0.002 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', 'sparseCategoricalCrossentropy'],
  });
  return made;
}

/** Images in noise whose bright quarter is the label. */
function images(count: number, seed: number) {
  const y = Int32Array.from(uniformValues(count, seed), (value) => Math.floor(4 * value));
  const values = Float32Array.from(uniformValues(count * SIDE * SIDE, seed + 1), (noise, at) => {
    const [row, column] = [Math.floor(at / SIDE) % SIDE, at % SIDE];
    const quarter = 2 * Math.floor((2 * row) / SIDE) + Math.floor((2 * column) / SIDE);
    return noise + (quarter === y[Math.floor(at / SIDE ** 2)] ? 0.3 : 0);
  });
  return { x: { values, shape: [count, SIDE, SIDE, 1] }, y };
}

afterAll(() => setBackend('cpu'));

test('2,000 steps of fit on threads: tensors are the same at each step, and the memory of the process stays flat', async () => {
  const { threads } = await startBackend('wasm', { threads: 2 });
  expect(threads).toBe(2);
  clearSession();
  setSeed(7);
  const before = memory();
  const made = classifier();
  const { x, y } = images(BATCH * STEPS_PER_EPOCH, 1);
  const validation = images(4 * BATCH, 3);
  const watch = new MemoryWatch();
  let step = 0;
  const held = new Set<string>();
  const { history } = await made.fit(x, y, {
    epochs: EPOCHS,
    batchSize: BATCH,
    validationData: [validation.x, validation.y],
    verbose: 0,
    callbacks: {
      onBatchEnd: async () => {
        step++;
        // Adam's moments are made in the first step.
        if (step > 1) held.add(JSON.stringify(memory()));
        if (step >= 200 && step % 90 === 0) await watch.sample(step);
      },
    },
  });
  expect(step).toBe(2000);
  expect([...held]).toHaveLength(1);
  expect(history.val_accuracy.at(-1)).toBeGreaterThan(0.9);
  // Not even what the first dense layer makes is left.
  expect(watch.bytesLeftPerStep).toBeLessThan((BATCH * UNITS * 4) / 2);
  made.dispose();
  disposeVariables();
  expect(memory()).toEqual(before);
});
