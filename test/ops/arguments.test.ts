import vm from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { type Tensor, tensor, tidy } from '../../src/index.js';
import { cases } from '../cases/index.js';
import { startBackend } from '../support/backends.js';
import { outputsOf } from '../support/case.js';
import { uploadInputs } from '../support/inputs.js';

beforeAll(() => startBackend('cpu'));

const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) expect(a[i]).toBeCloseTo(b[i], 4);
};

/**
 * Parts of ops, which layers and gradients use with tensors alone; and cases about a dtype that an array does not have.
 */
const TENSORS_ONLY =
  /^(sumTo|batchMoments|activationGradient|conv2d\w*Gradient|depthwiseConv2d\w+Gradient|batchNorm\w*(WithTail|Sums|InputGradient)|softmaxCrossentropy|lstm\w*|gru\w*|\w+WithEpilogue|div of integers|cast to the same dtype)\b/;

describe('ops take arrays in place of tensors', () => {
  for (const each of cases.filter(({ name }) => !TENSORS_ONLY.test(name))) {
    test(each.name, () => {
      tidy(() => {
        const tensors = uploadInputs(each.inputs(), 'float32');
        // An array has no axis behind an empty one.
        if (Object.values(tensors).some(({ shape }) => shape.includes(0))) return;
        const arrays = Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, x.arraySync()]));
        let outputs: readonly Tensor[];
        try {
          outputs = outputsOf(each.run(arrays as unknown as Record<string, Tensor>));
        } catch (error) {
          // The case itself asks its tensors for a shape, a rank or a method.
          if (error instanceof TypeError && /reading|is not a function/.test(error.message) && !inOps(error)) return;
          throw error;
        }
        const expected = outputsOf(each.run(tensors));
        for (const [index, output] of outputs.entries()) {
          expect(output.shape).toEqual(expected[index].shape);
          close(output.dataSync(), expected[index].dataSync());
        }
      });
    });
  }
});

const inOps = (error: Error): boolean => /src\/(ops|tensor)\//.test(error.stack?.split('\n')[1] ?? '');

type Args = readonly unknown[];
const image = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((value) => [value]);
const images = [[image.slice(0, 3), image.slice(3, 6), image.slice(6, 9)]];
const filter = [[[[2]]]];
const column = [
  [1, 2],
  [3, 4],
];

/** Required arguments of an op, and the number of optional ones. */
const OPTIONAL: Readonly<Record<string, readonly [required: Args, optional: number]>> = {
  sum: [[column], 2],
  mean: [[column], 2],
  max: [[column], 2],
  min: [[column], 2],
  prod: [[column], 2],
  any: [[[true, false]], 2],
  all: [[[true, false]], 2],
  variance: [[column], 2],
  logSumExp: [[column], 2],
  euclideanNorm: [[column], 2],
  norm: [[column], 3],
  argMax: [[column], 1],
  argMin: [[column], 1],
  cumsum: [[column], 3],
  cumprod: [[column], 3],
  softmax: [[column], 1],
  logSoftmax: [[column], 1],
  concat: [[[column, column]], 1],
  stack: [[[column, column]], 1],
  squeeze: [[[[1], [2]]], 1],
  expandDims: [[column], 1],
  reverse: [[column], 1],
  transpose: [[column], 1],
  gather: [[column, [1]], 2],
  slice: [[column, [1]], 1],
  stridedSlice: [[column, [0, 0], [2, 2]], 6],
  pad: [
    [
      column,
      [
        [1, 0],
        [0, 1],
      ],
    ],
    1,
  ],
  matMul: [[column, column], 2],
  leakyRelu: [[[-1, 1]], 1],
  elu: [[[-1, 1]], 1],
  step: [[[-1, 1]], 1],
  oneHot: [[[0, 1], 3], 3],
  eye: [[2], 3],
  range: [[0, 5], 2],
  tensor: [[column], 2],
  scalar: [[3], 1],
  tensor1d: [[[1, 2]], 1],
  tensor2d: [[column], 2],
  zeros: [[[2]], 1],
  ones: [[[2]], 1],
  fill: [[[2], 3], 1],
  conv1d: [[[[[1], [2]]][0], [[[2]]]], 5],
  conv2d: [[images, filter], 5],
  depthwiseConv2d: [[images, filter], 5],
  separableConv2d: [[images, filter, filter], 4],
  conv2dTranspose: [[images, filter, [1, 3, 3, 1], 1, 'same'], 1],
  maxPool: [[images, 2], 3],
  avgPool: [[images, 2], 3],
  pool: [[images, 2, 'max'], 4],
  batchNorm: [[column, [1, 2], [3, 4]], 3],
  localResponseNormalization: [[images], 4],
  depthToSpace: [[[[[[1, 2, 3, 4]]]], 2], 1],
  resizeBilinear: [[images, [4, 4]], 2],
  resizeNearestNeighbor: [[images, [4, 4]], 2],
  resizeBicubic: [[images, [4, 4]], 3],
  randomUniform: [[[3]], 4],
  randomNormal: [[[3]], 4],
  truncatedNormal: [[[3]], 4],
  randomStandardNormal: [[[3]], 2],
  dropout: [[[1, 2], 0], 2],
  unstack: [[column], 1],
  split: [[column, 2], 1],
};

describe('null means the default, as in tfjs', () => {
  const values = (result: unknown) =>
    [result].flat().map((each) => [(each as Tensor).dtype, (each as Tensor).arraySync()]);
  for (const [name, [required, count]] of Object.entries(OPTIONAL)) {
    test(name, () => {
      const op = (nabla as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
      tidy(() => {
        nabla.setSeed(1);
        const expected = values(op(...required));
        nabla.setSeed(1);
        expect(values(op(...required, ...new Array(count).fill(null)))).toEqual(expected);
      });
    });
  }

  test('for the argument before one that is given', () => {
    expect(nabla.eye(2, null, null, 'int32').dtype).toBe('int32');
    expect(nabla.sum(column, null, true).shape).toEqual([1, 1]);
    expect(nabla.randomNormal([2], null, null, 'int32').dtype).toBe('int32');
  });
});

describe('typed arrays', () => {
  // tfjs's dtype for arrays of integers is int32.
  test.each([
    [new Int8Array([-1, 2]), 'int32'],
    [new Uint8Array([1, 2]), 'int32'],
    [new Uint8ClampedArray([1, 300]), 'int32'],
    [new Int16Array([-1, 2]), 'int32'],
    [new Uint16Array([1, 65535]), 'int32'],
    [new Int32Array([-1, 2]), 'int32'],
    [new Uint32Array([1, 2]), 'int32'],
    [new Float32Array([0.5, 2]), 'float32'],
    [new Float64Array([0.1, 2]), 'float64'],
  ] as const)('%s', (array, dtype) => {
    const x = tensor(array);
    expect([x.dtype, ...x.dataSync()]).toEqual([dtype, ...array]);
    expect([...nabla.add(array, 0).dataSync()]).toEqual([...array].map(Math.fround));
  });

  test('of another realm, alone and nested', () => {
    const foreign = vm.runInNewContext('new Float32Array([1.5, 2.5])');
    expect(foreign instanceof Float32Array).toBe(false);
    expect(tensor(foreign).arraySync()).toEqual([1.5, 2.5]);
    expect(tensor([foreign, foreign]).arraySync()).toEqual([
      [1.5, 2.5],
      [1.5, 2.5],
    ]);
    expect(nabla.mul(foreign, 2).arraySync()).toEqual([3, 5]);
    expect(tensor(vm.runInNewContext('new Uint8ClampedArray([7])')).dtype).toBe('int32');
  });
});
