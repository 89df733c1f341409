import { cumprod, cumsum } from '../../src/ops/cumulative.js';
import { gather } from '../../src/ops/gather.js';
import { topk } from '../../src/ops/top-k.js';
import { type Case, defineCase } from '../support/case.js';
import { distinct, integers, listed, normal, uniform, wholeFloats } from '../support/inputs.js';

const running = ([false, true] as const).flatMap((exclusive) =>
  ([false, true] as const).flatMap((reverse) => {
    const of = `along a middle axis${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`;
    return [
      defineCase('cumsum', of, {
        inputs: { x: normal(2, 7, 3) },
        run: ({ x }) => cumsum(x, 1, exclusive, reverse),
      }),
      defineCase('cumprod', of, {
        inputs: { x: uniform(0.5, 1.5, 2, 7, 3) },
        run: ({ x }) => cumprod(x, 1, exclusive, reverse),
      }),
    ];
  }),
);

/** Ops that pick, sort and accumulate along an axis. */
export const gatherCases: readonly Case[] = [
  defineCase('gather', 'of rows', {
    inputs: { x: normal(5, 19), indices: listed([4, 0, 4, 2]) },
    run: ({ x, indices }) => gather(x, indices),
  }),
  defineCase('gather', 'of a middle axis by a matrix of indices', {
    inputs: { x: normal(2, 5, 3), indices: integers(0, 5, 2, 3) },
    run: ({ x, indices }) => gather(x, indices, 1),
  }),
  defineCase('gather', 'with a shared batch axis', {
    inputs: { x: normal(2, 3, 5, 2), indices: integers(0, 5, 2, 4) },
    run: ({ x, indices }) => gather(x, indices, 2, 1),
  }),
  defineCase('gather', 'of the last axis with two shared axes', {
    inputs: { x: normal(2, 3, 7), indices: integers(0, 7, 2, 3, 4) },
    run: ({ x, indices }) => gather(x, indices, -1, 2),
  }),
  ...running,
  defineCase('cumsum', 'of integers', { inputs: { x: integers(-9, 9, 19) }, run: ({ x }) => cumsum(x) }),
  defineCase('topk', '', { inputs: { x: distinct(4, 19) }, run: ({ x }) => Object.values(topk(x, 5)) }),
  defineCase('topk', 'of equal values', {
    inputs: { x: wholeFloats(0, 4, 3, 19) },
    run: ({ x }) => Object.values(topk(x, 7)),
    orders: 0,
  }),
  defineCase('topk', 'of a vector', { inputs: { x: distinct(9) }, run: ({ x }) => Object.values(topk(x)) }),
];
