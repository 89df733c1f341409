import { DTypeError, ShapeError, ValueError } from '../../../src/base/errors.js';
import * as nabla from '../../../src/index.js';
import { any, type WrongCall } from './wrong-call.js';

export const functions: readonly WrongCall[] = [
  [({ vector }) => nabla.cast(vector, any('toString')), DTypeError, "cast: dtype is 'toString', expected one of"],
  [({ vector }) => nabla.cast(vector, any('float16')), DTypeError, "cast: dtype is 'float16'"],
  [
    ({ vector }) => nabla.clipByValue(vector, 1, 0),
    ValueError,
    'clipByValue: min is 1 and max is 0, expected min ≤ max',
  ],
  [({ vector }) => nabla.clipByValue(vector, Number.NaN, 0), ValueError, 'clipByValue: min is NaN'],
  [({ vector }) => nabla.leakyRelu(vector, -1), ValueError, 'leakyRelu: alpha is -1, expected a number ≥ 0'],
  [({ vector }) => nabla.sum(vector, 1), ValueError, 'sum: axis is 1, expected an integer in [-1, 1) for rank 1'],
  [({ matrix }) => nabla.mean(matrix, [0, -2]), ValueError, 'mean: axes [0,0] name an axis twice'],
  [() => nabla.max(nabla.zeros([2, 0]), 1), ShapeError, 'max: x [2,0] has nothing to reduce over axes 1'],
  [() => nabla.argMax(nabla.zeros([0])), ShapeError, 'argMax: x [0] is empty along axis 0'],
  [({ integers }) => nabla.softmax(integers), DTypeError, 'softmax: x is int32, expected float32 or float64'],
  [({ vector }) => nabla.cumsum(vector, 1), ValueError, 'cumsum: axis is 1'],
  [({ vector }) => nabla.topk(vector, 4), ValueError, 'topk: k is 4, expected an integer in [1, 3] for x [3]'],
  [({ vector }) => nabla.dropout(vector, 1), ValueError, 'dropout: rate is 1, expected a number in [0, 1)'],
  [({ vector }) => nabla.dropout(vector, 0.5, [2]), ShapeError, 'dropout:'],
  [({ integers }) => nabla.dropout(integers, 0.5), DTypeError, 'dropout: x is int32, expected float32 or float64'],
  // A text where a number is meant gave NaN without a word.
  [
    ({ matrix }) => nabla.clipByValue(matrix, 'a' as never, 'b' as never),
    ValueError,
    "clipByValue: min is 'a', expected a number",
  ],
  [
    ({ matrix }) =>
      nabla.pad(
        matrix,
        [
          [1, 1],
          [0, 0],
        ],
        'x' as never,
      ),
    ValueError,
    "pad: constantValue is 'x', expected a number",
  ],
  [
    ({ matrix }) =>
      nabla.mirrorPad(
        matrix,
        [
          [1, 1],
          [0, 0],
        ],
        'wrap' as never,
      ),
    ValueError,
    "mirrorPad: mode is 'wrap', expected one of 'reflect', 'symmetric'",
  ],
  [() => nabla.linspace(0, 'x' as never, 3), ValueError, "linspace: stop is 'x', expected a number"],
  [() => nabla.range(0, 10n as never), ValueError, 'range: stop is 10, expected a number'],
  [() => nabla.randomNormal([2], 'x' as never), ValueError, "randomNormal: mean is 'x', expected a number"],
  [() => nabla.truncatedNormal([2], 0, 'x' as never), ValueError, "truncatedNormal: stdDev is 'x', expected a number"],
  [({ matrix }) => nabla.step(matrix, 'x' as never), ValueError, "step: alpha is 'x', expected a number"],
  [
    ({ matrix }) => nabla.batchNorm(matrix, [0, 0], [1, 1], null, null, 'x' as never),
    ValueError,
    "batchNorm: varianceEpsilon is 'x', expected a number",
  ],
  [
    () => nabla.localResponseNormalization(nabla.ones([1, 2, 2, 2]), 1, 1, 1, 'x' as never),
    ValueError,
    "localResponseNormalization: beta is 'x', expected a number",
  ],
  [
    () => nabla.image.rotateWithOffset(nabla.ones([1, 2, 2, 1]), 0.1, ['x'] as never),
    ValueError,
    "rotateWithOffset: fillValue is 'x', expected a number",
  ],
  [
    ({ matrix }) => nabla.losses.softmaxCrossEntropy(matrix, matrix, null, 'x' as never),
    ValueError,
    "softmaxCrossEntropy: labelSmoothing is 'x', expected a number",
  ],
  [() => nabla.oneHot([0], 2, 'x' as never), ValueError, "oneHot: onValue is 'x', expected a number"],
  [() => nabla.rand([2], 'x' as never), ValueError, "rand: randFunction is 'x', expected a function"],
  [() => nabla.zeros([{}] as never), ShapeError, 'shape [{}] has {}, expected integers ≥ 0'],
];
