import { bincount, denseBincount } from '../../src/ops/bincount.js';
import { confusionMatrix } from '../../src/ops/confusion-matrix.js';
import { gatherND, scatterND, tensorScatterUpdate, unsortedSegmentSum } from '../../src/ops/gather-nd.js';
import { movingAverage } from '../../src/ops/moving-average.js';
import { multinomial } from '../../src/ops/multinomial.js';
import { lowerBound, searchSorted, upperBound } from '../../src/ops/search-sorted.js';
import { type Case, defineCase } from '../support/case.js';
import { floats, integers, listed, normal } from '../support/inputs.js';

/** Ops with coordinates, segments, bins and sorted rows. */
export const coordinateCases: readonly Case[] = [
  defineCase('gatherND', 'of elements', {
    inputs: { x: normal(3, 5), indices: listed([2, 4, 0, 0, 2, 4], 3, 2) },
    run: ({ x, indices }) => gatherND(x, indices),
  }),
  defineCase('gatherND', 'of slices, by a matrix of coordinates', {
    inputs: { x: normal(3, 4, 5), indices: integers(0, 3, 2, 3, 2) },
    run: ({ x, indices }) => gatherND(x, indices),
  }),
  defineCase('gatherND', 'without coordinates', {
    inputs: { x: normal(3, 2), indices: listed([], 2, 0) },
    run: ({ x, indices }) => gatherND(x, indices),
  }),
  defineCase('gatherND', 'of integers', {
    inputs: { x: integers(-9, 9, 3, 5), indices: integers(0, 3, 4, 1) },
    run: ({ x, indices }) => gatherND(x, indices),
  }),
  defineCase('scatterND', 'where several meet', {
    inputs: { updates: normal(5, 3), indices: listed([1, 4, 1, 0, 1], 5, 1) },
    run: ({ updates, indices }) => scatterND(indices, updates, [6, 3]),
  }),
  defineCase('scatterND', 'of elements', {
    inputs: { updates: normal(4), indices: listed([0, 1, 2, 3, 1, 0, 0, 1], 4, 2) },
    run: ({ updates, indices }) => scatterND(indices, updates, [3, 4]),
  }),
  defineCase('tensorScatterUpdate', 'where the last of several counts', {
    inputs: { x: normal(4, 3), updates: normal(3, 3), indices: listed([2, 0, 2], 3, 1) },
    run: ({ x, updates, indices }) => tensorScatterUpdate(x, indices, updates),
  }),
  defineCase('unsortedSegmentSum', 'with slices of no segment', {
    inputs: { x: normal(6, 2), segments: listed([2, 0, -1, 2, 7, 0]) },
    run: ({ x, segments }) => unsortedSegmentSum(x, segments, 4),
  }),
  defineCase('bincount', '', { inputs: { x: listed([3, 1, 3, 9, 0]) }, run: ({ x }) => bincount(x, null, 5) }),
  defineCase('bincount', 'of weights', {
    inputs: { x: integers(0, 6, 19), weights: normal(19) },
    run: ({ x, weights }) => bincount(x, weights, 5),
  }),
  defineCase('denseBincount', 'of rows of weights', {
    inputs: { x: integers(0, 6, 3, 7), weights: normal(3, 7) },
    run: ({ x, weights }) => denseBincount(x, weights, 5),
  }),
  defineCase('denseBincount', 'of whether', {
    inputs: { x: integers(0, 4, 3, 5) },
    run: ({ x }) => denseBincount(x, null, 4, true),
  }),
  defineCase('searchSorted', 'in rows, from the right', {
    inputs: { sorted: floats([1, 3, 3, 5, -2, 0, 4, 4], 2, 4), values: floats([3, 0, 9, 4, -3, 4], 2, 3) },
    run: ({ sorted, values }) => searchSorted(sorted, values, 'right'),
    differentiable: [],
  }),
  defineCase('lowerBound', '', {
    inputs: { sorted: floats([1, 3, 3, 5, 8]), values: normal(9) },
    run: ({ sorted, values }) => lowerBound(sorted, values),
    differentiable: [],
  }),
  defineCase('upperBound', 'of integers', {
    inputs: { sorted: listed([1, 3, 3, 5, 8, 9]), values: integers(0, 10, 9) },
    run: ({ sorted, values }) => upperBound(sorted, values),
  }),
  defineCase('multinomial', 'of rows', {
    inputs: { x: normal(3, 5) },
    run: ({ x }) => multinomial(x, 7, 11),
    differentiable: [],
  }),
  defineCase('multinomial', 'of probabilities, seeded by a string', {
    inputs: { x: floats([0.25, 0.5, 0.25]) },
    run: ({ x }) => multinomial(x, 7, 'roulette', true),
    differentiable: [],
  }),
  defineCase('movingAverage', '', {
    inputs: { v: normal(5), x: normal(5), decay: floats([0.75], 1) },
    run: ({ v, x, decay }) => movingAverage(v, x, decay, 3),
  }),
  defineCase('movingAverage', 'from an average', {
    inputs: { v: normal(2, 3), x: normal(2, 3) },
    run: ({ v, x }) => movingAverage(v, x, 0.25, null, false),
  }),
  defineCase('confusionMatrix', '', {
    inputs: { labels: integers(0, 4, 19), predictions: integers(0, 4, 19) },
    run: ({ labels, predictions }) => confusionMatrix(labels, predictions, 4),
  }),
];
