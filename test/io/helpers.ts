import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import '../../src/ops/methods.js';
import '../../src/backends/default.js';
import { setBackend } from '../../src/backends/registry.js';
import { FormatError } from '../../src/base/errors.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { normalValues, uniformValues } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { ModelFormat } from '../../src/training/options/save-options.js';

/** Models saved by Keras, if they exist next to the checkout; tests that need them are skipped without them. */
const KERAS_MODELS = fileURLToPath(new URL('../../../shared/data/keras-models', import.meta.url));
export const hasKerasModels = existsSync(KERAS_MODELS);
export const kerasModel = (name: string): string => join(KERAS_MODELS, name);
export const kerasBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(kerasModel(name)));

export const FORMATS: readonly ModelFormat[] = ['keras', 'h5', 'safetensors'];

/** The tests of a file run on the plain backend. */
export const onCpu = (): void => beforeAll(async () => void (await setBackend('cpu')));

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-io-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The promise must fail with a FormatError whose message matches all of these. */
export async function expectFormatError(result: Promise<unknown>, ...messages: (RegExp | string)[]): Promise<void> {
  const error = await result.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  for (const message of messages) expect(error.message).toMatch(message);
}

/** A small classifier of 8×8 images: convolution, batch norm, dropout. */
export const smallSequential = (): Model =>
  sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1], kernelRegularizer: 'l2' }),
      layers.batchNormalization(),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dropout({ rate: 0.2, seed: 7 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });

/**
 * Two inputs, two outputs, a layer that is called twice, a nested functional and a nested sequential model, a frozen
 * layer.
 */
export function branchedModel(): Model {
  const nestedIn = input({ shape: [6] });
  const nestedOut = layers.dense({ units: 5 }).apply(layers.batchNormalization().apply(nestedIn)) as SymbolicTensor;
  const nested = model({ inputs: nestedIn, outputs: nestedOut, name: 'encoder' });
  const stack = sequential({
    name: 'stack',
    layers: [layers.dense({ units: 5, inputShape: [5] }), layers.batchNormalization()],
  });
  const shared = layers.dense({ units: 6, activation: 'tanh', name: 'shared' });
  const left = input({ shape: [4], name: 'left' });
  const right = input({ shape: [4], name: 'right' });
  const first = nested.apply(shared.apply(left)) as SymbolicTensor;
  const second = stack.apply(nested.apply(shared.apply(right)) as SymbolicTensor) as SymbolicTensor;
  const sum = layers.add().apply([first, second]);
  const frozen = layers.dense({ units: 2, trainable: false, name: 'frozen' });
  const outputs = [frozen.apply(sum), layers.concatenate().apply([first, sum])] as SymbolicTensor[];
  return model({ inputs: [left, right], outputs, name: 'branched' });
}

/** Samples and one-hot labels for `smallSequential`. */
export function smallData(count: number) {
  const labels = Array.from(uniformValues(count, 5), (value) => Math.floor(value * 3));
  return {
    x: { values: Float32Array.from(normalValues(count * 64, 4)), shape: [count, 8, 8, 1] },
    y: labels.map((label) => [0, 1, 2].map((each) => (each === label ? 1 : 0))),
  };
}

/** The values of tensors, for comparing bits. */
export const valuesOf = (tensors: Tensor | readonly Tensor[]): number[][] =>
  [tensors].flat().map((tensor) => Array.from((tensor as Tensor).dataSync()));
