import { beforeAll, describe, expect, test } from 'vitest';
import {
  avgPool,
  conv1d,
  conv2d,
  cumprod,
  depthToSpace,
  floorDiv,
  gather,
  grad,
  grads,
  maximum,
  maxPool,
  maxPoolWithArgmax,
  minimum,
  mul,
  norm,
  pool,
  pow,
  prod,
  randomNormal,
  range,
  reshape,
  square,
  squaredDifference,
  step,
  stridedSlice,
  type Tensor,
  tensor,
  tidy,
  topk,
  truncatedNormal,
} from '../../src/index.js';
import { floor, round, sign } from '../../src/ops/unary.js';
import { startBackend } from '../support/backends.js';

/* Values whose source is another library or arithmetic, named with each. */

const values = (f: () => Tensor) => tidy(() => f().arraySync());
const counted = (...shape: number[]) =>
  reshape(
    range(
      0,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );

for (const backend of ['cpu', 'wasm']) {
  describe(backend, () => {
    beforeAll(() => startBackend(backend));

    describe('arguments of tfjs', () => {
      test('gather with batchDims: tf.gather([[1, 2], [3, 4]], [[1], [0]], 1, 1)', () => {
        expect(
          values(() =>
            gather(
              [
                [1, 2],
                [3, 4],
              ],
              [[1], [0]],
              1,
              1,
            ),
          ),
        ).toEqual([[2], [3]]);
        // Arithmetic: x[b, r, c] = 6b + 3r + c.
        expect(
          values(() =>
            gather(
              counted(2, 2, 3),
              [
                [2, 0],
                [1, 1],
              ],
              2,
              1,
            ),
          ),
        ).toEqual([
          [
            [2, 0],
            [5, 3],
          ],
          [
            [7, 7],
            [10, 10],
          ],
        ]);
        expect(values(() => gather(counted(2, 2, 3), [[2], [0]], 2, -1))).toEqual([
          [[2], [5]],
          [[6], [9]],
        ]);
      });

      test('masks of stridedSlice are numpy slices', () => {
        const x = () => counted(2, 3, 4);
        // x[1:, ::-1, 2]
        expect(values(() => stridedSlice(x(), [1, 0, 2], [0, 0, 3], [1, -1, 1], 2, 3, 0, 0, 4))).toEqual([
          [22, 18, 14],
        ]);
        // x[..., 1:3]
        expect(values(() => stridedSlice(x(), [0, 1], [0, 3], [1, 1], 0, 0, 1))).toEqual([
          [
            [1, 2],
            [5, 6],
            [9, 10],
          ],
          [
            [13, 14],
            [17, 18],
            [21, 22],
          ],
        ]);
        // x[1, newaxis, 2]: axes that are not named are taken whole
        expect(values(() => stridedSlice(x(), [1, 0, 2], [2, 0, 3], null, 0, 0, 0, 2, 5))).toEqual([[20, 21, 22, 23]]);
        // x[-1]
        expect(values(() => stridedSlice(x(), [-1], [0], null, 0, 0, 0, 0, 1))).toEqual([
          [12, 13, 14, 15],
          [16, 17, 18, 19],
          [20, 21, 22, 23],
        ]);
        expect(values(() => stridedSlice([1, 2, 3, 4], [10], [-10], [-2]))).toEqual([4, 2]);
      });

      test('maxPoolWithArgmax counts on through the batch where it is asked', () => {
        // TensorFlow's include_batch_in_index: ((b · height + y) · width + x) · channels + c.
        const x = counted(2, 2, 2, 1);
        const places = (included: boolean) => values(() => maxPoolWithArgmax(x, 2, 2, 'valid', included).indexes);
        expect(places(false)).toEqual([[[[3]]], [[[3]]]]);
        expect(places(true)).toEqual([[[[3]]], [[[7]]]]);
        x.dispose();
      });

      test('depthToSpace channels first: tf.nn.depth_to_space of [1, 4, 1, 1]', () => {
        expect(values(() => depthToSpace([[[[1]], [[2]], [[3]], [[4]]]], 2, 'NCHW'))).toEqual([
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
        ]);
        // Depth 2 in NHWC and in NCHW hold the same pixels.
        const x = counted(1, 1, 1, 8);
        const last = values(() => depthToSpace(x, 2).transpose([0, 3, 1, 2]));
        expect(values(() => depthToSpace(x.transpose([0, 3, 1, 2]), 2, 'NCHW'))).toEqual(last);
      });

      test('padding in pixels and dimRoundingMode: sizes of tfjs’s computeOutputShape', () => {
        const x = counted(1, 5, 5, 1);
        const sides = (y: Tensor) => y.shape.slice(1, 3);
        tidy(() => {
          // (5 − 2 + 2 · 1) / 2 + 1 = 3.5
          expect(sides(maxPool(x, 2, 2, 1))).toEqual([3, 3]);
          expect(sides(maxPool(x, 2, 2, 1, 'floor'))).toEqual([3, 3]);
          expect(sides(maxPool(x, 2, 2, 1, 'round'))).toEqual([4, 4]);
          expect(sides(avgPool(x, 2, 2, 1, 'ceil'))).toEqual([4, 4]);
          expect(sides(pool(x, 2, 'max', 1, 1, 2, 'ceil'))).toEqual([4, 4]);
          const filter = reshape(tensor([1, 0, 0, 0]), [2, 2, 1, 1]);
          expect(sides(conv2d(x, filter, 2, 1, 'NHWC', 1, 'ceil'))).toEqual([4, 4]);
          const pairs = [
            [0, 0],
            [1, 0],
            [0, 1],
            [0, 0],
          ] as const;
          expect(conv2d(x, filter, 2, pairs).arraySync()).toEqual(
            conv2d(x, filter, 2, [
              [1, 0],
              [0, 1],
            ]).arraySync(),
          );
          expect(conv2d(x, filter, 2, 1).arraySync()).toEqual(
            conv2d(x, filter, 2, [
              [1, 1],
              [1, 1],
            ]).arraySync(),
          );
        });
        // The last window of ceil mode sees the last pixel alone.
        expect(values(() => maxPool(x, 2, 2, 0, 'ceil').flatten())).toEqual([6, 8, 9, 16, 18, 19, 21, 23, 24]);
        x.dispose();
      });

      test('conv1d in tfjs’s order, with padding on both sides', () => {
        const x = [[[1], [2], [3]]];
        expect(values(() => conv1d(x, [[[1]], [[1]]], 1, 1, 'NWC', 2))).toEqual([[[2], [4], [2]]]);
        expect(values(() => conv1d(x[0], [[[1]], [[1]]], 2, 'valid', 'NWC', 1, null))).toEqual([[3]]);
      });

      test('topk sorts whether asked or not', () => {
        expect(values(() => topk([1, 9, 5], 2, false).values)).toEqual([9, 5]);
      });
    });

    describe('integers', () => {
      const int = (...list: number[]) => tensor(list, [list.length], 'int32');

      test('products wrap as two’s complement: 123456789 · 987654321 mod 2³² (BigInt)', () => {
        const [a, b] = [123456789, 987654321];
        const wrapped = (value: bigint) => Number(BigInt.asIntN(32, value));
        expect(values(() => mul(int(a), int(b)))).toEqual([wrapped(BigInt(a) * BigInt(b))]);
        expect(values(() => square(int(a)))).toEqual([wrapped(BigInt(a) ** 2n)]);
        expect(values(() => squaredDifference(int(a), int(-b)))).toEqual([wrapped(BigInt(a + b) ** 2n)]);
        expect(values(() => pow(int(7, 2, -3), int(20, 31, 3)))).toEqual([wrapped(7n ** 20n), -(2 ** 31), -27]);
        expect(values(() => prod(int(a, b, 3)))).toBe(wrapped(BigInt(a) * BigInt(b) * 3n));
        expect(values(() => cumprod(int(a, b, 3)))).toEqual([
          a,
          wrapped(BigInt(a) * BigInt(b)),
          wrapped(BigInt(a) * BigInt(b) * 3n),
        ]);
      });

      test('normal integers are the nearest: mean and deviation of 10,000 rounded draws', () => {
        for (const draw of [randomNormal, truncatedNormal]) {
          const list = tidy(() => [...draw([10_000], 0.5, 3, 'int32', 7).dataSync()]);
          // Truncation would pull the mean towards 0 by 0.4 and pile up zeros.
          expect(Math.abs(list.reduce((sum, value) => sum + value, 0) / list.length - 0.5)).toBeLessThan(0.1);
          expect(list.every(Number.isInteger)).toBe(true);
        }
      });
    });

    describe('gradients', () => {
      test('of a tie goes to a: tfjs’s and TensorFlow’s greaterEqual and less', () => {
        const ofTie = (f: (a: Tensor, b: Tensor) => Tensor) =>
          tidy(() => grads(f)([tensor([2, 1, 3]), tensor([2, 3, 1])]).map((each) => each.arraySync()));
        expect(ofTie(maximum)).toEqual([
          [1, 0, 1],
          [0, 1, 0],
        ]);
        expect(ofTie(minimum)).toEqual([
          [1, 1, 0],
          [0, 0, 1],
        ]);
      });

      test.each(Object.entries({ floor, round, sign, step, ceil: (x: Tensor) => x.ceil() }))(
        'of %s is 0, as in tfjs',
        (_, f) => {
          expect(values(() => grad((x) => f(x).sum())(tensor([-1.5, 0, 2.5])))).toEqual([0, 0, 0]);
        },
      );

      test('of floorDiv does not exist, as in TensorFlow', () => {
        expect(() => tidy(() => grad((x) => floorDiv(x, 2))(tensor([3])))).toThrow('does not depend on');
      });

      test.each([2, 'euclidean', 3, 1.5, 0.5] as const)('of norm %s at 0 is 0, as in PyTorch', (order) => {
        const slope = (x: number[][]) => values(() => grad((x) => norm(x, order, 1).sum())(tensor(x)));
        expect(
          slope([
            [0, 0],
            [0, 0],
          ]),
        ).toEqual([
          [0, 0],
          [0, 0],
        ]);
        for (const value of (
          slope([
            [0, 0],
            [3, 0],
          ]) as number[][]
        ).flat())
          expect(Number.isFinite(value)).toBe(true);
      });

      test('of norm next to a zero: x / |x|', () => {
        expect(
          values(() =>
            grad((x) => norm(x, 2, 1).sum())(
              tensor([
                [3, 4],
                [0, 0],
              ]),
            ),
          ),
        ).toEqual([
          [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)],
          [0, 0],
        ]);
      });
    });

    test('step of NaN is NaN, as in tfjs', () => {
      expect(values(() => step([Number.NaN, -1, 0, 1, Number.NaN], 0.5))).toEqual([
        Number.NaN,
        0.5,
        0.5,
        1,
        Number.NaN,
      ]);
    });
  });
}
