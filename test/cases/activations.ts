import type { Activation } from '../../src/backends/kernels.js';
import { activationGradient } from '../../src/ops/activation-gradient.js';
import * as ops from '../../src/ops/activations.js';
import { type Case, defineCase } from '../support/case.js';
import { awayFrom, floats, normal } from '../support/inputs.js';

type Smooth = 'sigmoid' | 'tanh' | 'softplus' | 'logSigmoid' | 'silu' | 'gelu';
type Kinked = 'relu' | 'relu6' | 'leakyRelu' | 'elu' | 'selu';

const smooth = (name: Smooth): Case[] => [
  defineCase(name, '', { inputs: { x: normal(3, 5, 7) }, run: ({ x }) => ops[name](x) }),
  defineCase(name, 'of large and small values', {
    inputs: { x: floats([-100, -30, -9, 1e-9, 9, 30, 100]) },
    run: ({ x }) => ops[name](x),
  }),
];

const kinked = (name: Kinked): Case =>
  defineCase(name, '', { inputs: { x: awayFrom([0, 6], 4, 3, 5, 7) }, run: ({ x }) => ops[name](x) });

const gradient = (activation: Activation, alpha: number, differentiable: readonly string[]): Case =>
  defineCase('activationGradient', `of ${activation}`, {
    inputs: { dy: normal(3, 5, 7), y: awayFrom([0], 0.5, 3, 5, 7) },
    run: ({ dy, y }) => activationGradient(activation, dy, y, alpha),
    differentiable,
  });

export const activationCases: readonly Case[] = [
  ...(['sigmoid', 'tanh', 'softplus', 'logSigmoid', 'silu', 'gelu'] as const).flatMap(smooth),
  ...(['relu', 'relu6', 'leakyRelu', 'elu', 'selu'] as const).map(kinked),
  defineCase('leakyRelu', 'of a given slope', {
    inputs: { x: awayFrom([0], 1, 4, 19) },
    run: ({ x }) => ops.leakyRelu(x, 0.03),
  }),
  defineCase('elu', 'of a given scale', { inputs: { x: awayFrom([0], 1, 4, 19) }, run: ({ x }) => ops.elu(x, 1.7) }),
  defineCase('relu', 'above one chunk of work', {
    inputs: { x: awayFrom([0], 1, 41, 811) },
    run: ({ x }) => ops.relu(x),
  }),
  gradient('relu', 0, ['dy']),
  gradient('elu', 1.7, ['dy', 'y']),
  gradient('selu', 0, ['dy', 'y']),
  gradient('sigmoid', 0, ['dy', 'y']),
  gradient('tanh', 0, ['dy', 'y']),
  defineCase('prelu', 'with a slope for each channel', {
    inputs: { x: awayFrom([0], 1, 2, 3, 19), alpha: normal(19) },
    run: ({ x, alpha }) => ops.prelu(x, alpha),
  }),
];
