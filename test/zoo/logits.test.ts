import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { sizeOf } from '../../src/base/shape.js';
import type { Layer } from '../../src/layers/base/layer.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { zoo } from '../../src/zoo/index.js';

/** What scripts/golden-zoo.py prints. */
interface Golden {
  readonly shape: readonly [number, number, number, number];
  readonly classes: number;
  readonly logits: Readonly<Record<string, readonly number[]>>;
}

const golden: Golden = JSON.parse(readFileSync(new URL('../fixtures/zoo-logits.json', import.meta.url), 'utf8'));

/** The hash of the script: numbers in [−0.5, 0.5) from a name, then scaled and shifted. */
function draw(name: string, shape: readonly number[], scale: number, shift = 0): Tensor {
  let seed = 2166136261;
  for (const letter of name) seed = Math.imul(seed ^ letter.charCodeAt(0), 16777619) >>> 0;
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    let bits = (Math.imul(i, 0x9e3779b9) + seed) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits = (bits ^ (bits >>> 16)) >>> 0;
    values[i] = (bits / 2 ** 32 - 0.5) * scale + shift;
  }
  return upload(values, shape, 'float32');
}

function drawWeights(layer: Layer): void {
  tidy(() => {
    for (const { name, shape, variable } of layer.weights) {
      const path = `${layer.name}/${name}`;
      if (name.endsWith('kernel')) {
        const depthwise = layer.className === 'DepthwiseConv2D' || name === 'depthwise_kernel';
        const inputs = sizeOf(shape.slice(0, depthwise ? 2 : -1));
        variable.assign(draw(path, shape, 2 * Math.sqrt(6 / inputs)));
      } else if (/gamma|variance/.test(name)) variable.assign(draw(path, shape, 0.5, 1));
      else if (/beta|mean|bias/.test(name)) variable.assign(draw(path, shape, 0.2));
      // Only Keras's files use the count of a Normalization.
      else expect(name).toBe('count');
    }
  });
}

/** Models that scale pixels themselves. */
const TAKES_PIXELS = /^efficientnet|^mobilenet_v3/;

/** max |a − b| / max |b| */
function relative(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const difference = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)));
  return difference / Math.max(...expected.map(Math.abs));
}

beforeEach(() => clearSession());

describe('logits equal those of PyTorch with the same weights', () => {
  test.each(Object.keys(golden.logits))('%s', async (name) => {
    const [, height, width, channels] = golden.shape;
    const model = zoo[name]({
      inputShape: [height, width, channels],
      classes: golden.classes,
      classifierActivation: null,
    });
    for (const layer of model.layers) drawWeights(layer);
    const pixels = TAKES_PIXELS.test(name);
    const images = draw('images', golden.shape, pixels ? 255 : 1, pixels ? 127.5 : 0);
    const wanted = golden.logits[name];
    const applied = tidy(() => (model.apply(images, { training: false }) as unknown as Tensor).dataSync());
    expect(relative(applied, wanted)).toBeLessThan(1e-4);
    const predicted = (await model.predict(images)) as Tensor;
    expect(relative(predicted.dataSync(), wanted)).toBeLessThan(1e-4);
    for (const each of [images, predicted]) each.dispose();
    model.dispose();
  });
});
