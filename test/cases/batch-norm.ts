import { batchMoments, batchNorm, batchNormTraining } from '../../src/ops/batch-norm.js';
import { type Case, defineCase } from '../support/case.js';
import { normal, uniform } from '../support/inputs.js';

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'of images': [3, 4, 5, 6],
  'of images with many channels': [2, 3, 3, 33],
  'of vectors': [9, 19],
  'of one channel': [4, 5, 1],
};

const training = Object.entries(SHAPES).map(([of, shape]) => {
  const channels = shape[shape.length - 1];
  return defineCase('batchNormTraining', of, {
    inputs: { x: normal(...shape), gamma: normal(channels), beta: normal(channels) },
    run: ({ x, gamma, beta }) => {
      const { y, moments } = batchNormTraining(x, gamma, beta);
      return [y, moments];
    },
    tolerance: 3e-5,
    orders: 3,
  });
});

export const batchNormCases: readonly Case[] = [
  ...training,
  defineCase('batchNormTraining', 'with a given epsilon', {
    inputs: { x: normal(4, 3, 5), gamma: normal(5), beta: normal(5) },
    run: ({ x, gamma, beta }) => Object.values(batchNormTraining(x, gamma, beta, 0.5)),
  }),
  defineCase('batchMoments', '', { inputs: { x: normal(3, 4, 7) }, run: ({ x }) => batchMoments(x) }),
  defineCase('batchNorm', 'with offset and scale', {
    inputs: {
      x: normal(3, 4, 5, 6),
      mean: normal(6),
      variance: uniform(0.3, 2, 6),
      offset: normal(6),
      scale: normal(6),
    },
    run: ({ x, mean, variance, offset, scale }) => batchNorm(x, mean, variance, offset, scale),
    orders: 3,
  }),
  defineCase('batchNorm', 'with nothing but the statistics', {
    inputs: { x: normal(7, 19), mean: normal(19), variance: uniform(0.3, 2, 19) },
    run: ({ x, mean, variance }) => batchNorm(x, mean, variance),
  }),
];
