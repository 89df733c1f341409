import { softmaxCrossentropy } from '../../src/ops/softmax-crossentropy.js';
import { type Case, defineCase } from '../support/case.js';
import { floats, integers, listed, normal, uniform } from '../support/inputs.js';

const run = ({ logits, labels }: Parameters<Case['run']>[0]) => softmaxCrossentropy(logits, labels);

export const softmaxCrossentropyCases: readonly Case[] = [
  defineCase('softmaxCrossentropy', 'of ten classes', {
    inputs: { logits: normal(7, 10), labels: uniform(0, 1, 7, 10) },
    run,
  }),
  defineCase('softmaxCrossentropy', 'of many classes', {
    inputs: { logits: normal(2, 3, 133), labels: uniform(0, 0.02, 2, 3, 133) },
    run,
  }),
  defineCase('softmaxCrossentropy', 'of one class', {
    inputs: { logits: normal(4, 1), labels: uniform(0, 1, 4, 1) },
    run,
  }),
  defineCase('softmaxCrossentropy', 'of class numbers', {
    inputs: { logits: normal(9, 5), labels: integers(0, 5, 9) },
    run,
  }),
  defineCase('softmaxCrossentropy', 'of class numbers, some of which do not exist', {
    inputs: { logits: normal(2, 3, 7), labels: listed([6, -1, 0, 7, 255, 3], 2, 3) },
    run,
  }),
  defineCase('softmaxCrossentropy', 'of large logits', {
    inputs: {
      logits: floats([1000, 1001, -1000, 0, 1e-3, -1e-3], 2, 3),
      labels: floats([0, 1, 0, 0.25, 0.25, 0.5], 2, 3),
    },
    run,
  }),
];
