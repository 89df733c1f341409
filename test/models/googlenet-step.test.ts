import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lossAndGradients } from '../support/gradients.js';
import '../../src/backends/default.js';
import { setBackend } from '../../src/backends/registry.js';
import { sizeOf } from '../../src/base/shape.js';
import { setFloatx } from '../../src/layers/base/floatx.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { lossesOf } from '../../src/losses/loss.js';
import { getLoss } from '../../src/losses/registry.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { mean } from '../../src/ops/reductions.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { sgd } from '../../src/tfjs/train.js';
import { googlenet } from '../../src/zoo/googlenet.js';

/** The output of scripts/golden-googlenet.py. */
interface Step {
  readonly size: number;
  readonly labels: readonly number[];
  readonly lossWeights: readonly number[];
  readonly learningRate: number;
  readonly total: number;
  readonly losses: readonly number[];
  readonly lossesAfter: readonly number[];
  readonly layers: readonly {
    readonly name: string;
    readonly kernel: readonly number[];
    readonly gradients: readonly string[];
  }[];
}

const step: Step = JSON.parse(readFileSync(new URL('../fixtures/googlenet-step.json', import.meta.url), 'utf8'));

let state = 2014;

/** The generator of the script. */
function draw(shape: readonly number[], scale: number, shift = 0): Tensor {
  const values = new Float64Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 32 - 0.5 + shift) * scale;
  }
  return upload(values, shape, 'float64');
}

/** max |a − b| / max |b| */
function relative(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

const decode = (text: string) => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

beforeAll(async () => {
  await setBackend('cpu');
  setFloatx('float64');
  clearSession();
});
afterAll(() => setFloatx('float32'));

test("one training step of GoogLeNet's three outputs equals PyTorch's: losses, every gradient, losses after", () => {
  const { size, labels, lossWeights, learningRate } = step;
  const images = draw([labels.length, size, size, 3], 1, 0.5);
  const classes = tensor([...labels], [labels.length], 'int32');
  const net = googlenet({
    inputShape: [size, size, 3],
    widthMultiplier: 1 / 16,
    dropoutRate: 0,
    auxiliaryDropoutRate: 0,
  });
  for (const { name, kernel } of step.layers) {
    const scale = 2 * Math.sqrt(6 / sizeOf(kernel.slice(0, -1)));
    net.getLayer(name).setWeights([draw(kernel, scale), draw(kernel.slice(-1), 0.2)]);
  }
  expect(net.weights).toHaveLength(2 * step.layers.length);

  const crossentropy = getLoss('sparseCategoricalCrossentropy');
  const lossesNow = () =>
    (net.apply(images, { training: true }) as unknown as Tensor[]).map((output) =>
      mean(lossesOf(crossentropy, classes, output)),
    );
  const numbers = (tensors: readonly Tensor[]) => tensors.map((each) => each.dataSync()[0]);
  expect(relative(numbers(lossesNow()), step.losses)).toBeLessThan(1e-12);

  const layers = step.layers.map(({ name }) => net.getLayer(name));
  const variables = layers.flatMap((layer) => layer.weights.map(({ variable }) => variable));
  const total = () =>
    lossesNow()
      .map((loss, i) => mul(loss, lossWeights[i]))
      .reduce((sum, loss) => add(sum, loss));
  const { value, gradients } = lossAndGradients(total, variables);
  expect(relative(value.dataSync(), [step.total])).toBeLessThan(1e-12);
  const wanted = step.layers.flatMap((layer) => layer.gradients.map(decode));
  for (const [index, gradient] of gradients.entries()) {
    expect(relative(gradient!.dataSync(), wanted[index]), variables[index].name).toBeLessThan(1e-6);
  }

  sgd(learningRate).applyGradients(gradients.map((gradient, index) => [gradient!, variables[index]] as const));
  expect(relative(numbers(lossesNow()), step.lossesAfter)).toBeLessThan(1e-9);
});
