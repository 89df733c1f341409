import * as ops from '../../src/ops/creation.js';
import { dropout } from '../../src/ops/dropout.js';
import * as random from '../../src/ops/random.js';
import { rand, randomGamma } from '../../src/ops/random-values.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { type Case, defineCase } from '../support/case.js';
import { integers, listed, normal } from '../support/inputs.js';

const made = (op: string, of: string, run: () => Tensor): Case => defineCase(op, of, { inputs: {}, run });

/** Ops that make tensors out of no tensor, and random ones: the same seed must give the same numbers everywhere. */
export const creationCases: readonly Case[] = [
  made('tensor', 'of nested arrays', () =>
    ops.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ),
  made('tensor', 'of integers', () => ops.tensor(new Int32Array([1, -2, 3]))),
  made('tensor', 'of booleans', () => ops.tensor([[true], [false]])),
  made('scalar', '', () => ops.scalar(3)),
  made('tensor1d', '', () => ops.tensor1d([1, 2, 3])),
  made('tensor2d', '', () => ops.tensor2d([1, 2, 3, 4], [2, 2])),
  made('tensor3d', '', () => ops.tensor3d([[[1], [2]]])),
  made('tensor4d', '', () => ops.tensor4d([[[[1], [2]]]])),
  made('tensor5d', '', () => ops.tensor5d([1, 2], [1, 1, 1, 2, 1])),
  made('tensor6d', '', () => ops.tensor6d([1, 2], [1, 1, 1, 2, 1, 1])),
  made('fill', '', () => ops.fill([3, 19], 2.5)),
  made('fill', 'of integers', () => ops.fill([19], 7, 'int32')),
  made('fill', 'of booleans', () => ops.fill([19], 1, 'bool')),
  made('zeros', '', () => ops.zeros([2, 3])),
  made('ones', 'of nothing', () => ops.ones([2, 0])),
  defineCase('zerosLike', '', {
    inputs: { x: normal(3, 4) },
    run: ({ x }) => ops.zerosLike(x),
    differentiable: [],
  }),
  defineCase('onesLike', '', { inputs: { x: integers(0, 9, 3, 4) }, run: ({ x }) => ops.onesLike(x) }),
  made('range', '', () => ops.range(0, 10, 3)),
  made('range', 'downwards', () => ops.range(5, 0)),
  made('linspace', '', () => ops.linspace(-1, 1, 7)),
  made('eye', '', () => ops.eye(3, 5, [2])),
  defineCase('oneHot', '', {
    inputs: { indices: listed([2, 0, 5, -1], 2, 2) },
    run: ({ indices }) => ops.oneHot(indices, 4),
  }),
  defineCase('oneHot', 'with other values', {
    inputs: { indices: integers(0, 10, 19) },
    run: ({ indices }) => ops.oneHot(indices, 10, 0.9, 0.01),
  }),
  made('randomUniform', '', () => random.randomUniform([7, 19], -1, 2, 'float32', 11)),
  made('randomUniform', 'above one chunk of work', () => random.randomUniform([40001], 0, 1, 'float32', 12)),
  made('randomUniformInt', '', () => random.randomUniformInt([7, 19], -3, 9, 13)),
  made('randomNormal', '', () => random.randomNormal([5, 7], 1, 2, 'float32', 14)),
  made('randomStandardNormal', '', () => random.randomStandardNormal([5, 7], 'float32', 15)),
  made('rand', '', () => rand([5], () => 0.25)),
  made('randomGamma', 'of a small shape', () => randomGamma([5, 7], 0.5, 2, 'float32', 20)),
  made('truncatedNormal', '', () => random.truncatedNormal([5, 7], 0, 1, 'float32', 16)),
  defineCase('dropout', '', { inputs: { x: normal(7, 19) }, run: ({ x }) => dropout(x, 0.4, undefined, 17) }),
  defineCase('dropout', 'of whole channels', {
    inputs: { x: normal(3, 4, 5, 6) },
    run: ({ x }) => dropout(x, 0.4, [3, 1, 1, 6], 18),
  }),
  defineCase('dropout', 'of nothing', { inputs: { x: normal(7) }, run: ({ x }) => dropout(x, 0, undefined, 19) }),
];
