import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { type Case, defineCase } from '../support/case.js';
import { floats, normal } from '../support/inputs.js';

const both = { softmax, logSoftmax };

export const softmaxCases: readonly Case[] = Object.entries(both).flatMap(([name, op]) => [
  defineCase(name, 'over ten classes', { inputs: { x: normal(7, 10) }, run: ({ x }) => op(x) }),
  defineCase(name, 'over many classes', { inputs: { x: normal(2, 3, 133) }, run: ({ x }) => op(x) }),
  defineCase(name, 'over the first axis', { inputs: { x: normal(5, 3, 2) }, run: ({ x }) => op(x, 0) }),
  defineCase(name, 'over one class', { inputs: { x: normal(4, 1) }, run: ({ x }) => op(x) }),
  defineCase(name, 'of large values', {
    inputs: { x: floats([1000, 1001, -1000, 0, 1e-3, -1e-3], 2, 3) },
    run: ({ x }) => op(x),
  }),
]);
