import { localResponseNormalization } from '../../src/ops/local-response-normalization.js';
import { type Case, defineCase } from '../support/case.js';
import { normal } from '../support/inputs.js';

export const localResponseNormalizationCases: readonly Case[] = [
  defineCase('localResponseNormalization', 'of images', {
    inputs: { x: normal(2, 3, 4, 7) },
    run: ({ x }) => localResponseNormalization(x, 2, 2, 0.5, 0.75),
  }),
  defineCase('localResponseNormalization', 'without a batch, wider than the channels', {
    inputs: { x: normal(3, 2, 4) },
    run: ({ x }) => localResponseNormalization(x),
  }),
];
