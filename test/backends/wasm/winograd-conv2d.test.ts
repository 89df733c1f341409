import { describe, expect, test } from 'vitest';
import { suitsTiledGradient, tileFor } from '../../../src/backends/wasm/winograd/winograd-conv2d.js';
import { LARGE, rangesOf, SMALL, tilingOf } from '../../../src/backends/wasm/winograd/winograd-tiles.js';
import { type ConvGeometry, convGeometry, type Padding } from '../../../src/base/geometry.js';
import type { Shape } from '../../../src/base/shape.js';
import { check, normal } from './against-cpu.js';

const geometryOf = (x: Shape, filter: Shape, padding: Padding = 'same', options = {}): ConvGeometry =>
  convGeometry('conv2d', x, filter, { strides: 1, padding, dilations: 1, groups: 1, ...options });

const sideFor = (geometry: ConvGeometry): number | undefined => tileFor(geometry)?.side;

describe('which convolutions are worked on in tiles, of which size', () => {
  test.each<[string, number | undefined, ConvGeometry]>([
    ['many channels', 4, geometryOf([8, 56, 56, 64], [3, 3, 64, 64])],
    ['one image of 7×7', 4, geometryOf([1, 7, 7, 512], [3, 3, 512, 512])],
    ['images of 2×2', 2, geometryOf([32, 2, 2, 512], [3, 3, 512, 512])],
    ['one image of 4×4', 2, geometryOf([1, 4, 4, 512], [3, 3, 512, 512])],
    ['images of 5×5, that fill little of large tiles', 2, geometryOf([32, 5, 5, 256], [3, 3, 256, 256])],
    ['one image of 2×2', undefined, geometryOf([1, 2, 2, 512], [3, 3, 512, 512])],
    ['few channels', undefined, geometryOf([8, 56, 56, 16], [3, 3, 16, 16])],
    ['the first layer of a network', undefined, geometryOf([8, 56, 56, 3], [3, 3, 3, 64])],
    ['stride 2', undefined, geometryOf([8, 56, 56, 64], [3, 3, 64, 64], 'same', { strides: 2 })],
    ['dilation 2', undefined, geometryOf([8, 56, 56, 64], [3, 3, 64, 64], 'same', { dilations: 2 })],
    ['groups', undefined, geometryOf([8, 56, 56, 64], [3, 3, 32, 64], 'same', { groups: 2 })],
    ['5×5 cells', undefined, geometryOf([8, 56, 56, 64], [5, 5, 64, 64])],
    ['3×1 cells', undefined, geometryOf([8, 56, 56, 64], [3, 1, 64, 64])],
    ['no images', undefined, geometryOf([0, 56, 56, 64], [3, 3, 64, 64])],
  ])('%s: %s', (_, side, geometry) => {
    expect(sideFor(geometry)).toBe(side);
  });

  test('filter gradients where tiles are full', () => {
    expect(suitsTiledGradient(geometryOf([8, 56, 56, 64], [3, 3, 64, 64]))).toBe(true);
    expect(suitsTiledGradient(geometryOf([1, 8, 8, 64], [3, 3, 64, 64]))).toBe(false);
    expect(suitsTiledGradient(geometryOf([32, 5, 5, 64], [3, 3, 64, 64]))).toBe(false);
  });
});

/** Edges that no tile fits, channels not multiples of 4 and 16, and enough images for several ranges of tiles. */
const SHAPES: readonly { x: Shape; filter: Shape; padding: Padding; side: 4 | 2; chunks: number }[] = [
  { x: [3, 9, 13, 27], filter: [3, 3, 27, 30], padding: 'valid', side: 4, chunks: 1 },
  {
    x: [2, 10, 11, 25],
    filter: [3, 3, 25, 33],
    padding: [
      [4, 0],
      [0, 5],
    ],
    side: 4,
    chunks: 1,
  },
  { x: [13, 22, 19, 40], filter: [3, 3, 40, 35], padding: 'same', side: 4, chunks: 2 },
  { x: [8, 24, 24, 17], filter: [3, 3, 17, 160], padding: 'same', side: 4, chunks: 2 },
  { x: [7, 5, 5, 27], filter: [3, 3, 27, 30], padding: 'same', side: 2, chunks: 1 },
  { x: [9, 2, 2, 26], filter: [3, 3, 26, 31], padding: 'same', side: 2, chunks: 1 },
  { x: [40, 6, 5, 61], filter: [3, 3, 61, 67], padding: 'same', side: 2, chunks: 1 },
  {
    x: [5, 4, 2, 25],
    filter: [3, 3, 25, 33],
    padding: [
      [2, 0],
      [0, 2],
    ],
    side: 2,
    chunks: 1,
  },
];

describe.each(SHAPES)('3×3 of [$x] with filter [$filter], padding $padding', ({ x, filter, padding, side, chunks }) => {
  const geometry = geometryOf(x, filter, padding);
  const { batch, outHeight, outWidth, inChannels, outChannels } = geometry;
  const y = [batch, outHeight, outWidth, outChannels];
  // Outputs of standard normal size.
  const weights = () => normal(...filter).values.map((w) => w / Math.sqrt(9 * inChannels));
  /** Errors are these parts of the largest output at most: of small tiles those of the direct sum. */
  const tolerance = side === 4 ? 1e-5 : 2e-6;
  const small = () => ({ shape: filter, dtype: 'float32' as const, values: weights() });

  test('is in tiles, in ranges of them', () => {
    expect(sideFor(geometry)).toBe(side);
    const tile = side === 4 ? LARGE : SMALL;
    expect(rangesOf(tilingOf(tile, batch, outHeight, outWidth), inChannels + outChannels)).toHaveLength(chunks);
  });

  test('forward, with bias and clamp', () => {
    check('conv2d', {
      inputs: [normal(...x), small(), normal(outChannels)],
      outputs: [['float32', y]],
      tolerance,
      run: (kernels, [images, cells, bias], [out]) =>
        kernels.conv2d(images, cells, out, geometry, { bias, activation: 'relu6', alpha: 0 }),
    });
  });

  test('forward, scaled and added to a residual', () => {
    check('fusedConv2d', {
      inputs: [normal(...x), small(), normal(outChannels), normal(outChannels), normal(...y)],
      outputs: [['float32', y]],
      tolerance,
      run: (kernels, [images, cells, scale, bias, residual], [out]) =>
        kernels.fusedConv2d!(images, cells, out, geometry, { scale, bias, residual, activation: 'relu', alpha: 0 }),
    });
  });

  test('input gradient', () => {
    check('conv2dInputGradient', {
      inputs: [normal(...y), small()],
      outputs: [['float32', x]],
      tolerance,
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
