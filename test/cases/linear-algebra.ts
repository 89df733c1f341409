import { einsum } from '../../src/ops/einsum.js';
import { bandPart, gramSchmidt, qr } from '../../src/ops/linalg.js';
import { type Case, defineCase } from '../support/case.js';
import { integers, normal } from '../support/inputs.js';

const EQUATIONS: readonly (readonly [equation: string, ...shapes: number[][]])[] = [
  ['ij,jk->ik', [3, 4], [4, 5]],
  ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
  ['abc,cd,bde->ae', [2, 3, 4], [4, 5], [3, 5, 2]],
  ['i,j->ji', [3], [4]],
  ['ij->j', [3, 4]],
  ['ij,ij->', [3, 4], [3, 4]],
  ['ii->i', [4, 4]],
  ['iji,j', [3, 2, 3], [2]],
  ['ij,kj', [3, 4], [2, 4]],
  ['...ij,...jk->...ik', [2, 1, 3, 4], [5, 4, 2]],
  ['b...d,de->b...e', [2, 3, 4], [4, 2]],
];

/** Sums of products and matrices. */
export const linearAlgebraCases: readonly Case[] = [
  ...EQUATIONS.map(([equation, ...shapes]) =>
    defineCase('einsum', equation, {
      inputs: Object.fromEntries(shapes.map((shape, index) => [`x${index}`, normal(...shape)])),
      run: (inputs) => einsum(equation, ...Object.values(inputs)),
    }),
  ),
  defineCase('einsum', 'of integers', {
    inputs: { a: integers(-5, 5, 3, 4), b: integers(-5, 5, 4) },
    run: ({ a, b }) => einsum('ij,j->i', a, b),
  }),
  defineCase('bandPart', '', { inputs: { x: normal(2, 4, 5) }, run: ({ x }) => bandPart(x, 1, 2) }),
  defineCase('bandPart', 'of the upper triangle', {
    inputs: { x: normal(5, 3) },
    run: ({ x }) => bandPart(x, 0, -1),
  }),
  defineCase('gramSchmidt', '', { inputs: { x: normal(3, 5) }, run: ({ x }) => gramSchmidt(x), tolerance: 1e-4 }),
  defineCase('qr', 'of a high matrix', { inputs: { x: normal(5, 3) }, run: ({ x }) => qr(x), tolerance: 1e-4 }),
  defineCase('qr', 'of broad matrices, full', {
    inputs: { x: normal(2, 3, 4) },
    run: ({ x }) => qr(x, true),
    tolerance: 1e-4,
    orders: 1,
  }),
];
