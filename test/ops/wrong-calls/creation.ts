import ndarray from 'ndarray';
import { DTypeError, ShapeError, ValueError } from '../../../src/base/errors.js';
import * as nabla from '../../../src/index.js';
import { any, type WrongCall } from './wrong-call.js';

export const creation: readonly WrongCall[] = [
  [() => nabla.tensor([[1, 2], [3]]), ShapeError, 'tensor: values is ragged: 1 items where [2,2] expects 2 items'],
  [() => nabla.tensor(any([[1, 2], 3])), ShapeError, 'tensor: values is ragged: 3 where [2,2] expects 2 items'],
  [() => nabla.tensor(any(['a'])), ValueError, 'tensor: values contains a string, expected numbers'],
  [
    () => nabla.tensor(any(null)),
    ValueError,
    'tensor: values is null, expected a tensor, a number, an array or an ndarray',
  ],
  [() => nabla.tensor(any(new BigInt64Array(3))), ValueError, 'tensor: values is a BigInt64Array'],
  [() => nabla.tensor(new Uint32Array([1, 2 ** 31])), ValueError, 'tensor: values[1] is 2147483648, beyond int32'],
  [() => nabla.fill([2], any('a')), ValueError, "fill: value is 'a', expected a number"],
  [() => nabla.randomNormal([2], 0, 1, 'bool'), DTypeError, 'randomNormal: dtype is bool'],
  [() => nabla.tensor([1, 2, 3], [2, 2]), ShapeError, 'tensor: 3 values do not fill shape [2,2], which takes 4'],
  [() => nabla.tensor([1], [Number.NaN]), ShapeError, 'tensor: shape [NaN] has NaN, expected integers ≥ 0'],
  [() => nabla.tensor([1], [-1]), ShapeError, 'tensor: shape [-1] has -1, expected integers ≥ 0'],
  [() => nabla.tensor([1], any('1')), ShapeError, "tensor: shape is '1', expected an array of integers"],
  [
    () => nabla.tensor([1], [1], any('float16')),
    DTypeError,
    "tensor: dtype is 'float16', expected one of float32, float64, int32, bool",
  ],
  [({ vector }) => nabla.tensor(any(vector)), ValueError, 'tensor: values is a tensor already'],
  [() => nabla.tensor2d([1, 2, 3]), ValueError, 'tensor2d: values have rank 1, expected 2'],
  [
    () => nabla.tensor(ndarray(new Float32Array(6), [2, 3]), [7]),
    ShapeError,
    'tensor: 6 values do not fill shape [7], which takes 7',
  ],
  [
    () => nabla.zeros([65536, 65536]),
    ShapeError,
    'fill: shape [65536,65536] has 4294967296 elements, at most 2147483647 fit',
  ],
  [() => nabla.fill([1.5], 0), ShapeError, 'fill: shape [1.5] has 1.5'],
  [() => nabla.range(0, 1, 0), ValueError, 'range: step is 0'],
  [() => nabla.range(0, Number.NaN), ShapeError, 'range: shape [NaN]'],
  [() => nabla.linspace(0, 1, 0), ValueError, 'linspace: num is 0, expected an integer ≥ 1'],
  [() => nabla.linspace(0, 1, 1e12), ShapeError, 'linspace: shape [1000000000000]'],
  [() => nabla.eye(-1), ShapeError, 'eye: shape [-1,-1]'],
  [({ integers }) => nabla.oneHot(integers, 0), ValueError, 'oneHot: depth is 0, expected an integer ≥ 1'],
  [({ vector }) => nabla.oneHot(vector, 3), DTypeError, 'oneHot: indices are float32, expected int32'],
  [() => nabla.randomUniform([2], 1, 0), ValueError, 'randomUniform: minval is 1 and maxval is 0'],
  [() => nabla.randomNormal([2], 0, 1, any('half')), DTypeError, "randomNormal: dtype is 'half'"],
  [() => nabla.setSeed(0.5), ValueError, 'setSeed: seed is 0.5, expected an integer'],
  [() => nabla.randomUniform([2], 0, 1, 'float32', Number.NaN), ValueError, 'seed is NaN, expected an integer'],
];
