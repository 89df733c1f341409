import { stack } from '../../src/ops/concat.js';
import { flipLeftRight, grayscaleToRGB, rgbToGrayscale } from '../../src/ops/image.js';
import { norm } from '../../src/ops/norm.js';
import { pool } from '../../src/ops/pool.js';
import { depthToSpace, diag, ensureShape, meshgrid, spaceToBatchND } from '../../src/ops/rearrange.js';
import { square } from '../../src/ops/unary.js';
import { tidy } from '../../src/tensor/scope.js';
import { type Case, defineCase } from '../support/case.js';
import { normal } from '../support/inputs.js';

/** Ops composed of others, most of them for tfjs's users. */
export const rearrangeCases: readonly Case[] = [
  defineCase('depthToSpace', '', { inputs: { x: normal(2, 3, 2, 12) }, run: ({ x }) => depthToSpace(x, 2) }),
  defineCase('depthToSpace', 'channels first', {
    inputs: { x: normal(2, 12, 3, 2) },
    run: ({ x }) => depthToSpace(x, 2, 'NCHW'),
  }),
  defineCase('spaceToBatchND', '', {
    inputs: { x: normal(2, 3, 5, 2) },
    run: ({ x }) =>
      spaceToBatchND(
        x,
        [2, 3],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  }),
  defineCase('diag', '', { inputs: { x: normal(3) }, run: ({ x }) => diag(x) }),
  defineCase('meshgrid', '', {
    inputs: { x: normal(3), y: normal(4) },
    run: ({ x, y }) => tidy(() => stack(meshgrid(x, y))),
  }),
  defineCase('ensureShape', '', { inputs: { x: normal(2, 3) }, run: ({ x }) => square(ensureShape(x, [null, 3])) }),
  defineCase('norm', 'euclidean', { inputs: { x: normal(3, 5) }, run: ({ x }) => norm(x, 'euclidean', 1) }),
  defineCase('norm', 'of order 1', { inputs: { x: normal(3, 5) }, run: ({ x }) => norm(x, 1, 0, true) }),
  defineCase('norm', 'of order 3', { inputs: { x: normal(3, 5) }, run: ({ x }) => norm(x, 3) }),
  defineCase('norm', 'the largest', { inputs: { x: normal(19) }, run: ({ x }) => norm(x, Number.POSITIVE_INFINITY) }),
  defineCase('norm', 'the largest row sum', {
    inputs: { x: normal(4, 5) },
    run: ({ x }) => norm(x, Number.POSITIVE_INFINITY, [0, 1]),
  }),
  defineCase('pool', 'of maxima', {
    inputs: { x: normal(2, 5, 6, 3) },
    run: ({ x }) => pool(x, 2, 'max', 'same', 1, 2),
  }),
  defineCase('pool', 'of maxima, with gaps', {
    inputs: { x: normal(2, 6, 7, 2) },
    run: ({ x }) => pool(x, [3, 2], 'max', 'same', [2, 3], [1, 2]),
  }),
  defineCase('pool', 'of means, with gaps', {
    inputs: { x: normal(2, 6, 7, 2) },
    run: ({ x }) => pool(x, 2, 'avg', 2, [3, 2], 2, 'ceil'),
  }),
  defineCase('pool', 'of means', {
    inputs: { x: normal(2, 5, 6, 3) },
    run: ({ x }) => pool(x, [3, 2], 'avg', 'valid'),
  }),
  defineCase('flipLeftRight', '', { inputs: { x: normal(2, 3, 5, 2) }, run: ({ x }) => flipLeftRight(x) }),
  defineCase('grayscaleToRGB', '', { inputs: { x: normal(2, 3, 5, 1) }, run: ({ x }) => grayscaleToRGB(x) }),
  defineCase('rgbToGrayscale', '', { inputs: { x: normal(2, 3, 5, 3) }, run: ({ x }) => rgbToGrayscale(x) }),
];
