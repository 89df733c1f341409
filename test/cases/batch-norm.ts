import { relu, relu6 } from '../../src/ops/activations.js';
import { add, sub } from '../../src/ops/arithmetic.js';
import {
  batchMoments,
  batchNorm,
  batchNormTraining,
  batchNormTrainingWithTail,
  batchNormWithTail,
} from '../../src/ops/batch-norm.js';
import { batchNormInputGradient, batchNormSums } from '../../src/ops/batch-norm-gradient.js';
import { tidy } from '../../src/tensor/scope.js';
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

const RECTIFIERS = { relu, relu6 } as const;

/** In one pass, and how far the result is from the composed form: nothing but rounding. */
const inOnePass = (['relu', 'relu6'] as const).flatMap((activation) =>
  [false, true].flatMap((hasResidual) => {
    const inputs = {
      x: normal(3, 4, 5, 6),
      gamma: normal(6),
      beta: uniform(0.5, 3, 6),
      ...(hasResidual ? { residual: normal(3, 4, 5, 6) } : {}),
    };
    const behind = `${activation}${hasResidual ? ' and a sum' : ''}`;
    return [
      defineCase('batchNormTrainingWithTail', `in one pass with ${behind}`, {
        inputs,
        run: ({ x, gamma, beta, residual }) =>
          tidy(() => {
            const { y } = batchNormTrainingWithTail(x, gamma, beta, 1e-3, { activation, residual });
            const plain = batchNormTraining(x, gamma, beta).y;
            const composed = RECTIFIERS[activation](residual ? add(plain, residual) : plain);
            return [y, sub(y, composed)];
          }),
        tolerance: 3e-5,
        orders: 3,
      }),
      defineCase('batchNormWithTail', `in one pass with ${behind}`, {
        inputs: { ...inputs, mean: normal(6), variance: uniform(0.3, 2, 6) },
        run: ({ x, gamma, beta, mean, variance, residual }) =>
          batchNormWithTail(x, mean, variance, beta, gamma, 1e-3, { activation, residual }),
        orders: 3,
      }),
    ];
  }),
);

const inGradients = ([null, 'relu', 'relu6'] as const).flatMap((activation) => {
  const inputs = { dy: normal(3, 4, 5, 6), x: normal(3, 4, 5, 6), gamma: normal(6), beta: uniform(0.5, 3, 6) };
  const behind = activation ? `behind ${activation}` : '';
  return [
    defineCase('batchNormSums', behind, {
      inputs,
      differentiable: ['dy', 'x'],
      run: ({ dy, x, gamma, beta }) =>
        tidy(() => {
          const rectified = activation && { activation, gamma, beta };
          return batchNormSums(dy, x, batchMoments(x), { epsilon: 1e-3, training: true }, rectified);
        }),
      tolerance: 3e-5,
    }),
    defineCase('batchNormInputGradient', behind, {
      inputs,
      differentiable: ['dy', 'x', 'gamma'],
      run: ({ dy, x, gamma, beta }) =>
        tidy(() => {
          const rectified = activation && { activation, gamma, beta };
          const moments = batchMoments(x);
          const sums = batchNormSums(dy, x, moments, { epsilon: 1e-3, training: true }, rectified);
          return batchNormInputGradient(dy, x, moments, gamma, sums, 1e-3, rectified);
        }),
      tolerance: 3e-5,
    }),
  ];
});

export const batchNormCases: readonly Case[] = [
  ...training,
  ...inOnePass,
  ...inGradients,
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
