import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { sizeOf } from '../../src/base/shape.js';
import type { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { range } from '../../src/ops/creation.js';
import { reshape } from '../../src/ops/reshape.js';
import { setSeed } from '../../src/tensor/random.js';
import { tidy } from '../../src/tensor/scope.js';

beforeEach(() => {
  activateBackend(cpuBackend());
  setSeed(5);
});

/** The image 0 1 2 / 3 4 5 / 6 7 8, or others by shape, in training. */
function trained(
  layer: Layer,
  shape: readonly number[] = [1, 3, 3, 1],
): { values: number[]; shape: readonly number[] } {
  return tidy(() => {
    const y = layer.apply(reshape(range(0, sizeOf(shape)), shape), { training: true });
    return { values: [...y.dataSync()].map((value) => Math.round(value * 1e4) / 1e4), shape: y.shape };
  });
}

describe('affine maps', () => {
  test('a quarter of a turn is counter-clockwise', () => {
    expect(trained(layers.randomRotation({ factor: [0.25, 0.25] })).values).toEqual([2, 5, 8, 1, 4, 7, 0, 3, 6]);
    expect(trained(layers.randomRotation({ factor: [-0.25, -0.25], interpolation: 'nearest' })).values).toEqual([
      6, 3, 0, 7, 4, 1, 8, 5, 2,
    ]);
  });

  test('no turn changes nothing', () => {
    expect(trained(layers.randomRotation({ factor: 0 })).values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  const third: [number, number] = [1 / 3, 1 / 3];

  test('positive shifts move down and right; pixels beyond the border follow the fill mode', () => {
    const shift = (options: object) =>
      trained(layers.randomTranslation({ heightFactor: third, widthFactor: 0, ...options })).values;
    expect(shift({ fillMode: 'constant', fillValue: 9 })).toEqual([9, 9, 9, 0, 1, 2, 3, 4, 5]);
    expect(shift({ fillMode: 'nearest' })).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 5]);
    expect(shift({ fillMode: 'wrap' })).toEqual([6, 7, 8, 0, 1, 2, 3, 4, 5]);
    const twoRight = { heightFactor: 0, widthFactor: [2 / 3, 2 / 3] as [number, number] };
    expect(trained(layers.randomTranslation({ ...twoRight })).values).toEqual([1, 0, 0, 4, 3, 3, 7, 6, 6]);
  });

  test('half a pixel is the mean of two', () => {
    const layer = layers.randomTranslation({ heightFactor: 0, widthFactor: [-1 / 6, -1 / 6], fillMode: 'nearest' });
    expect(trained(layer).values).toEqual([0.5, 1.5, 2, 3.5, 4.5, 5, 6.5, 7.5, 8]);
  });

  test('zoom: negative goes in, positive out', () => {
    expect(trained(layers.randomZoom({ heightFactor: [-0.5, -0.5] })).values).toEqual([
      2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6,
    ]);
    const out = layers.randomZoom({ heightFactor: [1, 1], widthFactor: [0, 0], fillMode: 'constant' });
    expect(trained(out).values).toEqual([0, 0, 0, 3, 4, 5, 0, 0, 0]);
  });

  test('each image of a batch gets its own', () => {
    const { values } = trained(layers.randomRotation({ factor: 0.5 }), [4, 3, 3, 1]);
    const turned = [0, 1, 2, 3].map((image) =>
      values.slice(image * 9, image * 9 + 9).map((value) => value - 9 * image),
    );
    expect(new Set(turned.map(String)).size).toBe(4);
  });
});

describe('flips', () => {
  test('about half of the images, only along the axis', () => {
    const { values } = trained(layers.randomFlip({ mode: 'horizontal' }), [200, 1, 2, 1]);
    const flipped = Array.from({ length: 200 }, (_, image) => values[2 * image] > values[2 * image + 1]);
    expect(values.slice().sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i));
    const count = flipped.filter(Boolean).length;
    expect(count).toBeGreaterThan(70);
    expect(count).toBeLessThan(130);
  });

  test('vertical flips swap rows', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++)
      seen.add(String(trained(layers.randomFlip({ mode: 'vertical' }), [1, 2, 2, 1]).values));
    expect(seen).toEqual(new Set(['0,1,2,3', '2,3,0,1']));
  });
});

describe('sizes', () => {
  test('RandomCrop cuts a whole batch at one place, the largest part in inference', () => {
    const layer = layers.randomCrop({ height: 2, width: 2 });
    const { values, shape } = trained(layer, [2, 4, 4, 1]);
    expect(shape).toEqual([2, 2, 2, 1]);
    expect(values.slice(4).map((value) => value - 16)).toEqual(values.slice(0, 4));
    expect(values[1]).toBe(values[0] + 1);
    expect(values[2]).toBe(values[0] + 4);
    tidy(() => {
      const y = layer.apply(reshape(range(0, 16), [1, 4, 4, 1]));
      // Each pixel of the result covers 2 × 2 pixels of the image, sampled between the middle two.
      expect([...y.dataSync()]).toEqual([2.5, 4.5, 10.5, 12.5]);
    });
  });

  test('RandomCrop reaches every corner', () => {
    const layer = layers.randomCrop({ height: 1, width: 1 });
    const seen = new Set(Array.from({ length: 60 }, () => trained(layer, [1, 2, 2, 1]).values[0]));
    expect(seen).toEqual(new Set([0, 1, 2, 3]));
  });

  test('RandomWidth', () => {
    expect(trained(layers.randomWidth({ factor: [1, 1], interpolation: 'nearest' }), [1, 1, 2, 1])).toEqual({
      values: [0, 0, 1, 1],
      shape: [1, 1, 4, 1],
    });
  });
});

describe('colours', () => {
  test('contrast stretches about the mean of each channel and stays in range', () => {
    const double = layers.randomContrast({ factor: [-1, 1], valueRange: [0, 2.5] });
    // The lower bound −1 gives a contrast of at least 2, the upper of at most 2.
    expect(trained(double, [1, 1, 3, 1]).values).toEqual([0, 1, 2.5]);
  });

  test('brightness adds a share of the range and stays in it', () => {
    const layer = layers.randomBrightness({ factor: [0.5, 0.5], valueRange: [0, 4] });
    expect(trained(layer, [1, 1, 4, 1]).values).toEqual([2, 3, 4, 4]);
  });
});
