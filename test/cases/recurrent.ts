import { gru, gruStep } from '../../src/ops/recurrent/gru.js';
import { lstm, lstmStep } from '../../src/ops/recurrent/lstm.js';
import { type Case, defineCase } from '../support/case.js';
import { booleans, normal } from '../support/inputs.js';

/* The kernels have no second derivative; the steps as ops do. */

const list = ({ sequence, cell }: ReturnType<typeof lstm>) => [sequence, cell];

export const recurrentCases: readonly Case[] = [
  defineCase('lstm', 'of zeros', {
    inputs: { z: normal(4, 3, 20), recurrentKernel: normal(5, 20) },
    run: ({ z, recurrentKernel }) => list(lstm(z, recurrentKernel)),
    orders: 1,
  }),
  defineCase('lstm', 'with states and a mask', {
    inputs: {
      z: normal(5, 7, 12),
      recurrentKernel: normal(3, 12),
      hidden: normal(7, 3),
      cell: normal(7, 3),
      mask: booleans(5, 7),
    },
    run: ({ z, recurrentKernel, ...start }) => list(lstm(z, recurrentKernel, start)),
    orders: 1,
  }),
  defineCase('lstm', 'of one step with a cell', {
    inputs: { z: normal(1, 2, 16), recurrentKernel: normal(4, 16), cell: normal(2, 4) },
    run: ({ z, recurrentKernel, cell }) => list(lstm(z, recurrentKernel, { cell })),
    orders: 1,
  }),
  defineCase('lstm', 'of many units', {
    inputs: { z: normal(3, 13, 4 * 37), recurrentKernel: normal(37, 4 * 37), hidden: normal(13, 37) },
    run: ({ z, recurrentKernel, hidden }) => list(lstm(z, recurrentKernel, { hidden })),
    orders: 1,
    tolerance: 1e-4,
  }),
  defineCase('lstmStep', '', {
    inputs: { z: normal(3, 20), cell: normal(3, 5) },
    run: ({ z, cell }) => Object.values(lstmStep(z, cell)),
  }),
  defineCase('gru', 'of zeros', {
    inputs: { z: normal(4, 3, 15), recurrentKernel: normal(5, 15) },
    run: ({ z, recurrentKernel }) => gru(z, recurrentKernel),
    orders: 1,
  }),
  defineCase('gru', 'with bias, state and a mask', {
    inputs: {
      z: normal(5, 7, 9),
      recurrentKernel: normal(3, 9),
      recurrentBias: normal(9),
      hidden: normal(7, 3),
      mask: booleans(5, 7),
    },
    run: ({ z, recurrentKernel, ...start }) => gru(z, recurrentKernel, start),
    orders: 1,
  }),
  defineCase('gru', 'of many units, with bias', {
    inputs: { z: normal(3, 13, 3 * 37), recurrentKernel: normal(37, 3 * 37), recurrentBias: normal(3 * 37) },
    run: ({ z, recurrentKernel, recurrentBias }) => gru(z, recurrentKernel, { recurrentBias }),
    orders: 1,
    tolerance: 1e-4,
  }),
  defineCase('gruStep', '', {
    inputs: { z: normal(3, 15), product: normal(3, 15), hidden: normal(3, 5) },
    run: ({ z, product, hidden }) => gruStep(z, product, hidden),
  }),
];
