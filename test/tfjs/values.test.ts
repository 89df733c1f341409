import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { startBackend } from '../support/backends.js';
import { tfjs } from '../support/tfjs.js';

/* Ops for tfjs's users, compared with tfjs 4.22: the same calls on both packages give shapes, dtypes and values. */

type Package = typeof nabla;
type Result = nabla.Tensor | readonly nabla.Tensor[] | Readonly<Record<string, nabla.Tensor>>;

interface Plain {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

const isTensor = (value: object): value is nabla.Tensor => 'dataSync' in value;

function plain(result: Result): Plain[] {
  if (!isTensor(result)) return Object.values(result).flatMap(plain);
  return [{ shape: [...result.shape], dtype: result.dtype, values: [...result.dataSync()].map(Number) }];
}

/** The same numbers in every run, in no order that a matrix could be singular for. */
const numbers = (count: number, scale = 1, shift = 0): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * i * 12.9898 + i + 1) * scale + shift));

const IMAGE = (tf: Package) => tf.tensor4d(numbers(2 * 5 * 6 * 3), [2, 5, 6, 3]);
/** tfjs's cpu backend transforms the first image alone. */
const ONE = (tf: Package) => tf.tensor4d(numbers(5 * 6 * 3), [1, 5, 6, 3]);
const BOXES = [
  [0, 0, 1, 1],
  [0, 0.1, 1, 1.1],
  [0, -0.1, 1, 0.9],
  [0, 10, 1, 11],
  [0, 10.1, 1, 11.1],
  [1, 101, 0, 100],
];
const SCORES = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3];
const MATRIX = (tf: Package, rows: number, columns: number) => tf.tensor2d(numbers(rows * columns), [rows, columns]);
const MAP = [0.93, 0.11, -1.27, -0.13, 1.07, 0.33, 0.003, -0.002];

const CALLS: Readonly<Record<string, (tf: Package) => Result | Promise<Result>>> = {
  'gatherND of elements': (tf) => tf.gatherND(MATRIX(tf, 3, 4), tf.tensor2d([0, 1, 2, 3], [2, 2], 'int32')),
  'gatherND of slices': (tf) => tf.gatherND(IMAGE(tf), tf.tensor2d([1, 4, 0, 2], [2, 2], 'int32')),
  scatterND: (tf) => tf.scatterND(tf.tensor2d([4, 3, 1, 3], [4, 1], 'int32'), tf.tensor1d([9, 10, 11, 12]), [8]),
  tensorScatterUpdate: (tf) =>
    tf.tensorScatterUpdate(MATRIX(tf, 3, 2), tf.tensor2d([2, 0, 2], [3, 1], 'int32'), MATRIX(tf, 3, 2).mul(9)),
  unsortedSegmentSum: (tf) => tf.unsortedSegmentSum(MATRIX(tf, 4, 3), tf.tensor1d([1, 0, 1, -1], 'int32'), 3),
  'gradient of unsortedSegmentSum': (tf) =>
    tf.grad((x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, -1], 'int32'), 3).square())(MATRIX(tf, 4, 3)),
  'einsum of matrices': (tf) => tf.einsum('ij,jk->ik', MATRIX(tf, 2, 3), MATRIX(tf, 3, 4)),
  'einsum with batches': (tf) =>
    tf.einsum('bij,bjk->bik', tf.tensor3d(numbers(12), [2, 2, 3]), tf.tensor3d(numbers(24), [2, 3, 4])),
  'einsum that transposes': (tf) => tf.einsum('ij->ji', MATRIX(tf, 2, 3)),
  'einsum to a number': (tf) => tf.einsum('i,i->', tf.tensor1d([1, 2, 3]), tf.tensor1d([4, 5, 6])),
  bincount: (tf) => tf.bincount(tf.tensor1d([1, 1, 2, 9], 'int32'), tf.tensor1d([]), 4),
  'bincount of weights': (tf) => tf.bincount(tf.tensor1d([1, 1, 2], 'int32'), tf.tensor1d([0.5, 2, 3]), 3),
  denseBincount: (tf) => tf.denseBincount(tf.tensor2d([1, 1, 0, 3], [2, 2], 'int32'), [], 4),
  'denseBincount, binary': (tf) => tf.denseBincount(tf.tensor2d([1, 1, 0, 3], [2, 2], 'int32'), [], 4, true),
  unique: (tf) => tf.unique(tf.tensor1d([3, 1, 3, 2, 1])),
  'unique along an axis': (tf) => tf.unique(tf.tensor2d([1, 0, 1, 2, 0, 2], [2, 3]), 1),
  setdiff1dAsync: (tf) => tf.setdiff1dAsync([1, 2, 3, 4, 5, 2], [2, 4]),
  // Of rank 1 tfjs returns [1, count], TensorFlow and nabla [count].
  searchSorted: (tf) => tf.searchSorted(tf.tensor2d([-1, 0, 3, 3, 9], [1, 5]), tf.tensor2d([3, -5, 10, 0.5], [1, 4])),
  'searchSorted in rows, from the right': (tf) =>
    tf.searchSorted(tf.tensor2d([0, 3, 9, 1, 2, 2], [2, 3]), tf.tensor2d([3, 1, 2, 5], [2, 2]), 'right'),
  lowerBound: (tf) => tf.lowerBound(tf.tensor2d([1, 3, 3, 5], [1, 4]), tf.tensor2d([3, 4], [1, 2])),
  upperBound: (tf) => tf.upperBound(tf.tensor2d([1, 3, 3, 5], [1, 4]), tf.tensor2d([3, 4], [1, 2])),
  'multinomial of a sure thing': (tf) => tf.multinomial(tf.tensor2d([0, 100, 100, 0], [2, 2]), 5),
  'movingAverage from zeros': (tf) => tf.movingAverage([1, 2], [3, 5], 0.7, 2),
  'movingAverage without a correction': (tf) => tf.movingAverage([1, 2], [3, 5], 0.7, undefined, false),
  'math.confusionMatrix': (tf) => tf.math.confusionMatrix([0, 1, 2, 1], [0, 2, 2, 1], 3),
  inTopKAsync: (tf) =>
    tf.inTopKAsync(tf.tensor2d([20, 10, 40, 30, 30, 50, 20, 50], [2, 4]), tf.tensor1d([2, 3], 'int32'), 1),
  batchToSpaceND: (tf) =>
    tf.batchToSpaceND(
      tf.tensor4d(numbers(24), [4, 2, 3, 1]),
      [2, 2],
      [
        [0, 1],
        [1, 1],
      ],
    ),
  'dilation2d, valid': (tf) => tf.dilation2d(IMAGE(tf), tf.tensor3d(numbers(12, 0.3), [2, 2, 3]), 1, 'valid'),
  'dilation2d, same': (tf) =>
    tf.dilation2d(IMAGE(tf), tf.tensor3d(numbers(18, 0.3), [3, 2, 3]), [2, 1], 'same', [1, 2]),
  'gradients of dilation2d': (tf) =>
    tf.grads((x, filter) => tf.dilation2d(x, filter, 1, 'same').square())([
      IMAGE(tf),
      tf.tensor3d(numbers(12, 0.3), [2, 2, 3]),
    ]),
  'linalg.bandPart': (tf) => tf.linalg.bandPart(MATRIX(tf, 4, 5), 1, 2),
  'linalg.bandPart of all below': (tf) => tf.linalg.bandPart(tf.tensor3d(numbers(24), [2, 4, 3]), -1, 0),
  'linalg.gramSchmidt': (tf) => tf.linalg.gramSchmidt(MATRIX(tf, 3, 4)),
  'linalg.gramSchmidt of a list': (tf) => tf.linalg.gramSchmidt([tf.tensor1d([3, 4]), tf.tensor1d([1, 0])]),
  'linalg.qr, high': (tf) => tf.linalg.qr(MATRIX(tf, 5, 3)),
  'linalg.qr, broad': (tf) => tf.linalg.qr(MATRIX(tf, 3, 5)),
  'linalg.qr, full': (tf) => tf.linalg.qr(MATRIX(tf, 5, 3), true),
  'linalg.qr of several': (tf) => tf.linalg.qr(tf.tensor3d(numbers(18), [2, 3, 3])),
  'image.cropAndResize': (tf) =>
    tf.image.cropAndResize(
      IMAGE(tf),
      tf.tensor2d([0.1, 0.1, 0.9, 0.7, 0.9, 0, 0.3, 0.8, -0.3, 0.2, 0.5, 1.3], [3, 4]),
      tf.tensor1d([1, 0, 1], 'int32'),
      [3, 4],
    ),
  'image.cropAndResize, nearest': (tf) =>
    tf.image.cropAndResize(IMAGE(tf), [[0.11, 0.13, 1.2, 0.73]], tf.tensor1d([1], 'int32'), [4, 3], 'nearest', 5),
  'image.cropAndResize to a pixel': (tf) =>
    tf.image.cropAndResize(IMAGE(tf), [[0.1, 0.1, 0.7, 0.9]], tf.tensor1d([0], 'int32'), [1, 1]),
  ...Object.fromEntries(
    (['constant', 'reflect', 'wrap', 'nearest'] as const).flatMap((mode) =>
      (['nearest', 'bilinear'] as const).map((method) => [
        `image.transform, ${method}, ${mode}`,
        (tf: Package) => tf.image.transform(ONE(tf), tf.tensor2d(MAP, [1, 8]), method, mode, 0.5),
      ]),
    ),
  ),
  'image.transform to another size': (tf) =>
    tf.image.transform(ONE(tf), tf.tensor2d([2, 0, -9, 0, 2, -7, 0, 0], [1, 8]), 'bilinear', 'wrap', 0, [9, 11]),
  'image.transform, mirrored far away': (tf) =>
    tf.image.transform(ONE(tf), tf.tensor2d([3, 0, -17.3, 0, -3, 12.4, 0, 0], [1, 8]), 'nearest', 'reflect'),
  'image.rotateWithOffset': (tf) => tf.image.rotateWithOffset(IMAGE(tf), 0.7),
  'image.rotateWithOffset about a corner': (tf) => tf.image.rotateWithOffset(IMAGE(tf), -0.4, [1, 2, 3], [0.1, 0.9]),
  'image.rotateWithOffset of four channels': (tf) =>
    tf.image.rotateWithOffset(tf.tensor4d(numbers(64), [1, 4, 4, 4]), 0.5, 7, 0.5),
  'image.threshold': (tf) => tf.image.threshold(tf.tensor3d(numbers(90, 100, 128), [5, 6, 3])),
  'image.threshold, inverted': (tf) =>
    tf.image.threshold(tf.tensor3d(numbers(30, 100, 128), [5, 6, 1]), 'binary', true, 0.4),
  'image.threshold by Otsu': (tf) =>
    tf.image.threshold(
      tf
        .tensor3d(numbers(48, 100, 128), [6, 8, 1])
        .round()
        .toInt(),
      'otsu',
    ),
  'image.nonMaxSuppression': (tf) => tf.image.nonMaxSuppression(tf.tensor2d(BOXES), SCORES, 4),
  'image.nonMaxSuppression with thresholds': (tf) =>
    tf.image.nonMaxSuppression(tf.tensor2d(BOXES), SCORES, 9, 0.9, 0.55),
  'image.nonMaxSuppressionAsync': (tf) => tf.image.nonMaxSuppressionAsync(tf.tensor2d(BOXES), SCORES, 2, 0.4, 0.1),
  'image.nonMaxSuppressionWithScore': (tf) =>
    ({ ...tf.image.nonMaxSuppressionWithScore(tf.tensor2d(BOXES), SCORES, 6, 1, 0, 0.5) }) as Result,
  'image.nonMaxSuppressionWithScoreAsync': async (tf) =>
    ({ ...(await tf.image.nonMaxSuppressionWithScoreAsync(tf.tensor2d(BOXES), SCORES, 4, 0.9, 0.2, 0.3)) }) as Result,
  'image.nonMaxSuppressionPadded': (tf) =>
    ({ ...tf.image.nonMaxSuppressionPadded(tf.tensor2d(BOXES), SCORES, 5, 0.5, 0, true) }) as Result,
  'image.nonMaxSuppressionPaddedAsync': async (tf) =>
    ({ ...(await tf.image.nonMaxSuppressionPaddedAsync(tf.tensor2d(BOXES), SCORES, 2, 0.5, 0)) }) as Result,
  'fused.conv2d': (tf) =>
    tf.fused.conv2d({
      x: IMAGE(tf) as never,
      filter: tf.tensor4d(numbers(72), [2, 3, 3, 4]) as never,
      strides: [1, 2],
      pad: 'same',
      bias: tf.tensor1d(numbers(4)),
      activation: 'leakyrelu',
      leakyreluAlpha: 0.3,
    }),
  'fused.conv2d with prelu': (tf) =>
    tf.fused.conv2d({
      x: IMAGE(tf) as never,
      filter: tf.tensor4d(numbers(72), [2, 3, 3, 4]) as never,
      strides: 1,
      pad: 'valid',
      activation: 'prelu',
      preluActivationWeights: tf.tensor1d([0.1, 0.2, 0.3, 0.4]),
    }),
  'fused.depthwiseConv2d': (tf) =>
    tf.fused.depthwiseConv2d({
      x: IMAGE(tf) as never,
      filter: tf.tensor4d(numbers(36), [2, 3, 3, 2]) as never,
      strides: 1,
      pad: 'same',
      bias: tf.tensor1d(numbers(6)),
      activation: 'relu6',
    }),
  'fused.matMul': (tf) =>
    tf.fused.matMul({
      a: MATRIX(tf, 3, 2),
      b: MATRIX(tf, 3, 4),
      transposeA: true,
      bias: tf.tensor1d(numbers(4)),
      activation: 'sigmoid',
    }),
  'pad3d, slice3d, reverse3d, concat3d, batchNorm3d': (tf) => {
    const x = tf.tensor3d(numbers(24), [2, 3, 4]);
    return [
      tf.pad3d(x, [
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
      tf.slice3d(x, [1, 0, 2], [1, 2, 2]),
      tf.reverse3d(x, [0, 2]),
      tf.concat3d([x, x.mul(2)], 1),
      tf.batchNorm3d(x, [1, 2, 3, 4], [1, 4, 9, 16]),
    ];
  },
  'tensor5d, tensor6d, as3D, as5D': (tf) => [
    tf.tensor5d(numbers(4), [1, 2, 1, 2, 1]),
    tf.tensor6d(numbers(4), [1, 2, 1, 2, 1, 1]),
    tf.tensor1d(numbers(4)).as3D(1, 2, 2),
    tf.tensor1d(numbers(4)).as5D(1, 1, 2, 2, 1),
  ],
  'buffer, bufferSync': (tf) => {
    const made = tf.buffer([2, 3], 'int32');
    made.set(7, 1, 2);
    const read = made.toTensor().bufferSync();
    return [made.toTensor(), tf.tensor1d([read.get(1, 2), read.locToIndex([1, 1]), ...read.indexToLoc(5)])];
  },
  'losses.computeWeightedLoss by Reduction': (tf) =>
    tf.losses.computeWeightedLoss(tf.tensor1d([1, 2, 6]), tf.tensor1d([1, 0, 2]), tf.Reduction.MEAN),
  broadcastArgs: (tf) => tf.broadcastArgs(tf.tensor1d([2, 1, 4], 'int32'), tf.tensor1d([3, 1], 'int32')),
};

beforeAll(async () => {
  await startBackend('cpu');
  await tfjs?.setBackend('cpu');
});

describe.skipIf(!tfjs)('the values of tfjs 4.22 (needs npm install in bench/peers)', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    test(name, async () => {
      const expected = plain(await call(tfjs!));
      const given = plain(await call(nabla));
      const form = (all: readonly Plain[]) => all.map(({ shape, dtype }) => ({ shape, dtype }));
      expect(form(given)).toEqual(form(expected));
      for (const [index, { values }] of given.entries()) {
        for (const [place, value] of values.entries()) {
          expect(value, `output ${index}, value ${place}`).toBeCloseTo(expected[index].values[place], 4);
        }
      }
    });
  }
});
