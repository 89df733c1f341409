import { dot, fusedMatMul, matMul, matMulWithEpilogue, outerProduct } from '../../src/ops/matmul.js';
import { type Case, defineCase } from '../support/case.js';
import { awayFrom, normal, uniform } from '../support/inputs.js';

const SIZES: readonly (readonly [m: number, k: number, n: number])[] = [
  [1, 1, 1],
  [1, 19, 33],
  [33, 19, 1],
  [7, 5, 9],
  [37, 41, 43],
];

const products = SIZES.flatMap(([m, k, n]) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) =>
      defineCase(
        'matMul',
        `${m}×${k} by ${k}×${n}${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`,
        {
          inputs: { a: transposeA ? normal(k, m) : normal(m, k), b: transposeB ? normal(n, k) : normal(k, n) },
          run: ({ a, b }) => matMul(a, b, transposeA, transposeB),
        },
      ),
    ),
  ),
);

const ACTIVATIONS = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'] as const;

export const matMulCases: readonly Case[] = [
  ...products,
  defineCase('matMul', 'of batches', {
    inputs: { a: normal(3, 4, 5), b: normal(3, 5, 6) },
    run: ({ a, b }) => matMul(a, b),
  }),
  defineCase('matMul', 'of a batch with one matrix', {
    inputs: { a: normal(3, 4, 5), b: normal(6, 5) },
    run: ({ a, b }) => matMul(a, b, false, true),
  }),
  defineCase('matMul', 'of batches that stretch', {
    inputs: { a: normal(2, 1, 5, 4), b: normal(3, 5, 6) },
    run: ({ a, b }) => matMul(a, b, true),
  }),
  defineCase('matMul', 'of few rows with a large b, transposed', {
    inputs: { a: normal(5, 23), b: normal(71, 23) },
    run: ({ a, b }) => matMul(a, b, false, true),
  }),
  defineCase('matMul', 'of batches that stretch, with few rows and a large b, transposed', {
    inputs: { a: normal(2, 1, 2, 17), b: normal(3, 29, 17) },
    run: ({ a, b }) => matMul(a, b, false, true),
  }),
  defineCase('matMul', 'over an empty inner axis', {
    inputs: { a: normal(3, 0), b: normal(0, 4) },
    run: ({ a, b }) => matMul(a, b),
  }),
  defineCase('matMul', 'of no rows', { inputs: { a: normal(0, 3), b: normal(3, 4) }, run: ({ a, b }) => matMul(a, b) }),
  defineCase('matMul', 'past a cache block', {
    inputs: { a: normal(67, 523), b: normal(523, 71) },
    run: ({ a, b }) => matMul(a, b),
    tolerance: 3e-5,
    orders: 1,
  }),
  ...ACTIVATIONS.map((activation) =>
    defineCase('fusedMatMul', `with bias and ${activation}`, {
      // The product is small compared with the bias, which avoids the kinks.
      inputs: { a: uniform(-0.05, 0.05, 7, 19), b: uniform(-0.05, 0.05, 19, 33), bias: awayFrom([0, 6], 4, 33) },
      run: ({ a, b, bias }) => fusedMatMul({ a, b, bias, activation }),
    }),
  ),
  defineCase('fusedMatMul', 'with bias', {
    inputs: { a: normal(5, 7), b: normal(9, 7), bias: normal(9) },
    run: ({ a, b, bias }) => fusedMatMul({ a, b, transposeB: true, bias }),
  }),
  defineCase('dot', 'of vectors', { inputs: { a: normal(19), b: normal(19) }, run: ({ a, b }) => dot(a, b) }),
  defineCase('dot', 'of a matrix and a vector', {
    inputs: { a: normal(3, 19), b: normal(19) },
    run: ({ a, b }) => dot(a, b),
  }),
  defineCase('outerProduct', '', { inputs: { a: normal(3), b: normal(19) }, run: ({ a, b }) => outerProduct(a, b) }),
  defineCase('matMulWithEpilogue', 'with bias and tanh', {
    inputs: { a: normal(7, 5), b: normal(9, 5), bias: normal(9) },
    run: ({ a, b, bias }) =>
      matMulWithEpilogue(a, b, bias, { transposeA: false, transposeB: true, activation: 'tanh', alpha: 0 }),
  }),
];
