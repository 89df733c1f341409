import { describe, expect, test } from 'vitest';
import { suitsWinograd } from '../../../src/backends/wasm/winograd/winograd-conv2d.js';
import { rangesOf, tilingOf } from '../../../src/backends/wasm/winograd/winograd-tiles.js';
import { type ConvGeometry, convGeometry, type Padding } from '../../../src/base/geometry.js';
import type { Shape } from '../../../src/base/shape.js';
import { check, normal } from './against-cpu.js';

const geometryOf = (x: Shape, filter: Shape, padding: Padding = 'same', options = {}): ConvGeometry =>
  convGeometry('conv2d', x, filter, { strides: 1, padding, dilations: 1, groups: 1, ...options });

describe('which convolutions are worked on in tiles', () => {
  test.each<[string, boolean, ConvGeometry]>([
    ['many channels', true, geometryOf([8, 56, 56, 64], [3, 3, 64, 64])],
    ['few channels', false, geometryOf([8, 56, 56, 16], [3, 3, 16, 16])],
    ['the first layer of a network', false, geometryOf([8, 56, 56, 3], [3, 3, 3, 64])],
    ['few tiles', false, geometryOf([1, 8, 8, 64], [3, 3, 64, 64])],
    ['outputs that fill little of their tiles', false, geometryOf([32, 5, 5, 64], [3, 3, 64, 64])],
    ['stride 2', false, geometryOf([8, 56, 56, 64], [3, 3, 64, 64], 'same', { strides: 2 })],
    ['dilation 2', false, geometryOf([8, 56, 56, 64], [3, 3, 64, 64], 'same', { dilations: 2 })],
    ['groups', false, geometryOf([8, 56, 56, 64], [3, 3, 32, 64], 'same', { groups: 2 })],
    ['5×5', false, geometryOf([8, 56, 56, 64], [5, 5, 64, 64])],
    ['3×1', false, geometryOf([8, 56, 56, 64], [3, 1, 64, 64])],
    ['no images', false, geometryOf([0, 56, 56, 64], [3, 3, 64, 64])],
  ])('%s: %s', (_, suits, geometry) => {
    expect(suitsWinograd(geometry)).toBe(suits);
  });
});

/** Edges that no tile fits, channels beside multiples of 4 and 16, and enough images for several ranges of tiles. */
const SHAPES: readonly { x: Shape; filter: Shape; padding: Padding; chunks: number }[] = [
  { x: [3, 9, 13, 27], filter: [3, 3, 27, 30], padding: 'valid', chunks: 1 },
  {
    x: [2, 10, 11, 25],
    filter: [3, 3, 25, 33],
    padding: [
      [4, 0],
      [0, 5],
    ],
    chunks: 1,
  },
  { x: [13, 22, 19, 40], filter: [3, 3, 40, 35], padding: 'same', chunks: 2 },
  { x: [8, 24, 24, 17], filter: [3, 3, 17, 160], padding: 'same', chunks: 2 },
];

describe.each(SHAPES)('3×3 of [$x] with filter [$filter], padding $padding', ({ x, filter, padding, chunks }) => {
  const geometry = geometryOf(x, filter, padding);
  const { batch, outHeight, outWidth, inChannels, outChannels } = geometry;
  const y = [batch, outHeight, outWidth, outChannels];
  // Outputs of standard normal size.
  const weights = () => normal(...filter).values.map((w) => w / Math.sqrt(9 * inChannels));
  const small = () => ({ shape: filter, dtype: 'float32' as const, values: weights() });

  test('is in tiles, in ranges of them', () => {
    expect(suitsWinograd(geometry)).toBe(true);
    expect(rangesOf(tilingOf(batch, outHeight, outWidth), inChannels + outChannels)).toHaveLength(chunks);
  });

  test('forward, with bias and clamp', () => {
    check('conv2d', {
      inputs: [normal(...x), small(), normal(outChannels)],
      outputs: [['float32', y]],
      tolerance: 1e-5,
      run: (kernels, [images, cells, bias], [out]) =>
        kernels.conv2d(images, cells, out, geometry, { bias, activation: 'relu6', alpha: 0 }),
    });
  });

  test('input gradient', () => {
    check('conv2dInputGradient', {
      inputs: [normal(...y), small()],
      outputs: [['float32', x]],
      tolerance: 1e-5,
      run: (kernels, [gradient, cells], [out]) => kernels.conv2dInputGradient(gradient, cells, out, geometry),
    });
  });

  test('filter gradient', () => {
    check('conv2dFilterGradient', {
      inputs: [normal(...x), normal(...y)],
      outputs: [['float32', filter]],
      tolerance: 1e-5,
      run: (kernels, [images, gradient], [out]) => kernels.conv2dFilterGradient(images, gradient, out, geometry),
    });
  });
});
