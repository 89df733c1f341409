import { cropAndResize } from '../../src/ops/crop-and-resize.js';
import { dilation2d } from '../../src/ops/dilation2d.js';
import { batchToSpaceND } from '../../src/ops/rearrange.js';
import { rotateWithOffset } from '../../src/ops/rotate-image.js';
import { threshold } from '../../src/ops/threshold-image.js';
import { transform } from '../../src/ops/transform-image.js';
import { type Case, defineCase } from '../support/case.js';
import { distinct, floats, integers, listed, normal, uniform } from '../support/inputs.js';

const BOXES = [0.11, 0.13, 0.87, 0.71, 0.93, 0.07, 0.31, 0.83, -0.31, 0.21, 0.53, 1.37];
/** Close to the identity, so that all of the fill modes are met and no place is a whole number. */
const MAPS = [0.93, 0.11, -1.27, -0.13, 1.07, 0.33, 0.003, -0.002, 1.31, -0.21, 0.57, 0.17, 0.81, -1.41, 0, 0];
const map = floats(MAPS, 2, 8);

/** Ops on images that read them at places, and morphology. */
export const imageOpCases: readonly Case[] = [
  defineCase('cropAndResize', 'bilinear', {
    inputs: { x: normal(2, 5, 6, 3), boxes: floats(BOXES, 3, 4), image: listed([1, 0, 1]) },
    run: ({ x, boxes, image }) => cropAndResize(x, boxes, image, [3, 4]),
    orders: 1,
  }),
  defineCase('cropAndResize', 'nearest, with a value outside', {
    inputs: { x: normal(2, 5, 6, 3), boxes: floats(BOXES, 3, 4), image: listed([1, 0, 1]) },
    run: ({ x, boxes, image }) => cropAndResize(x, boxes, image, [3, 1], 'nearest', 7),
    differentiable: ['x'],
  }),
  ...(['constant', 'reflect', 'wrap', 'nearest'] as const).map((mode) =>
    defineCase('transform', `bilinear, ${mode}`, {
      inputs: { x: normal(2, 5, 6, 2), maps: map },
      run: ({ x, maps }) => transform(x, maps, 'bilinear', mode, 0.5),
      differentiable: ['x'],
    }),
  ),
  defineCase('transform', 'nearest, of another size', {
    inputs: { x: normal(2, 5, 6, 2), maps: floats(MAPS.slice(0, 8), 1, 8) },
    run: ({ x, maps }) => transform(x, maps, 'nearest', 'constant', 3, [4, 7]),
    differentiable: ['x'],
  }),
  defineCase('transform', 'bilinear, through its maps', {
    inputs: { x: normal(1, 5, 6, 2), maps: floats(MAPS.slice(0, 8), 1, 8) },
    run: ({ x, maps }) => transform(x, maps, 'bilinear'),
    differentiable: ['maps'],
    orders: 1,
  }),
  defineCase('rotateWithOffset', '', {
    inputs: { x: normal(2, 5, 6, 4) },
    run: ({ x }) => rotateWithOffset(x, 0.7, 3, [0.4, 0.6]),
  }),
  defineCase('rotateWithOffset', 'with a colour outside', {
    inputs: { x: normal(1, 4, 4, 3) },
    run: ({ x }) => rotateWithOffset(x, -0.3, [1, 2, 3]),
  }),
  defineCase('threshold', 'of colours', {
    inputs: { x: uniform(0, 255, 5, 6, 3) },
    run: ({ x }) => threshold(x, 'binary', true, 0.4),
    differentiable: [],
  }),
  defineCase('threshold', 'by Otsu', {
    inputs: { x: integers(0, 256, 9, 8, 1) },
    run: ({ x }) => threshold(x, 'otsu'),
    differentiable: [],
  }),
  defineCase('dilation2d', 'with padding and strides', {
    inputs: { x: distinct(2, 5, 6, 2), filter: normal(3, 2, 2) },
    run: ({ x, filter }) => dilation2d(x, filter, [2, 1], 'same'),
  }),
  defineCase('dilation2d', 'with dilations', {
    inputs: { x: distinct(1, 7, 6, 1), filter: normal(2, 2, 1) },
    run: ({ x, filter }) => dilation2d(x, filter, 1, 'valid', [2, 3]),
  }),
  defineCase('batchToSpaceND', '', {
    inputs: { x: normal(12, 2, 3, 2) },
    run: ({ x }) =>
      batchToSpaceND(
        x,
        [2, 3],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  }),
];
