import { DTypeError, ShapeError, ValueError } from '../../../src/base/errors.js';
import * as nabla from '../../../src/index.js';
import { reverse } from '../../../src/index.js';
import { any, type WrongCall } from './wrong-call.js';

export const shapes: readonly WrongCall[] = [
  [({ vector, matrix }) => nabla.add(vector, matrix), ShapeError, 'add: a [3] and b [2,2] do not broadcast (3 vs 2)'],
  [
    ({ vector }) => nabla.add(vector, any('1')),
    ValueError,
    'add: b is a string, expected a tensor, a number, an array or an ndarray',
  ],
  [({ vector }) => nabla.mul(any(undefined), vector), ValueError, 'mul: a is undefined'],
  [({ vector, matrix }) => nabla.less(vector, matrix), ShapeError, 'less: a [3] and b [2,2] do not broadcast'],
  [({ vector }) => nabla.where(vector, 1, 0), DTypeError, 'where: condition is float32, expected bool'],
  [({ matrix, booleans }) => nabla.where(booleans, matrix, 0), ShapeError, 'where:'],
  [() => nabla.addN([]), ValueError, 'addN: tensors is empty, expected at least one'],
  [
    ({ vector, matrix }) => nabla.addN([vector, matrix]),
    ShapeError,
    'addN: tensors have shapes [3] and [2,2], expected one shape',
  ],
  [
    ({ vector, matrix }) => nabla.matMul(matrix, vector),
    ShapeError,
    'matMul: a [2,2] and b [3], expected rank 2 or more',
  ],
  [
    ({ matrix }) => nabla.matMul(matrix, [[1, 2]]),
    ShapeError,
    'matMul: a [2,2] and b [1,2] disagree on the inner size (2 vs 1)',
  ],
  [
    ({ matrix }) => nabla.matMul(nabla.cast(matrix, 'int32'), nabla.cast(matrix, 'int32')),
    DTypeError,
    'matMul: a is int32, expected float32 or float64',
  ],
  [
    ({ vector, matrix }) => nabla.fusedMatMul({ a: matrix, b: matrix, bias: vector }),
    ShapeError,
    'matMul: bias is [3], expected [2]',
  ],
  [
    ({ matrix, doubles }) => nabla.fusedMatMul({ a: matrix, b: doubles }),
    DTypeError,
    'matMul: operands are float32 and float64, expected one dtype',
  ],
  [({ vector, images }) => nabla.dot(images, vector), ShapeError, 'dot: a [1,4,4,2] and b [3], expected ranks 1 or 2'],
  [
    ({ vector, matrix }) => nabla.outerProduct(matrix, vector),
    ShapeError,
    'outerProduct: a [2,2] and b [3], expected vectors',
  ],
  [({ vector }) => nabla.broadcastTo(vector, [2]), ShapeError, 'broadcastTo:'],
  [
    ({ vector, matrix }) => nabla.concat([vector, matrix]),
    ShapeError,
    'concat: parts [3] and [2,2] differ outside axis 0',
  ],
  [() => nabla.concat([]), ValueError, 'concat: tensors is empty, expected at least one'],
  [({ vector, matrix }) => nabla.stack([vector, matrix]), ShapeError, 'concat: parts'],
  [({ vector }) => nabla.split(vector, 2), ShapeError, 'split: parts 2 do not divide axis 0 of x [3]'],
  [({ vector }) => nabla.split(vector, -1), ValueError, 'split: parts is -1, expected an integer ≥ 1'],
  [({ vector }) => nabla.split(vector, [1, 1]), ShapeError, 'split: parts [1,1] do not divide axis 0 of x [3]'],
  [({ vector }) => nabla.reshape(vector, [2, -1]), ShapeError, 'reshape: x [3] (3 elements) does not fit shape [2,-1]'],
  [({ vector }) => nabla.reshape(vector, [-1, -1]), ShapeError, 'reshape: shape [-1,-1] has -1 more than once'],
  [
    ({ vector }) => nabla.reshape(vector, [Number.NaN]),
    ShapeError,
    'reshape: x [3] (3 elements) does not fit shape [NaN]',
  ],
  [({ vector }) => nabla.squeeze(vector, 0), ShapeError, 'squeeze: x [3] has 3 at axis 0, expected 1'],
  [({ matrix }) => nabla.transpose(matrix, [0, 0]), ValueError, 'transpose: axes [0,0] name an axis twice'],
  [
    ({ matrix }) => nabla.transpose(matrix, [0]),
    ValueError,
    'transpose: permutation is [0], expected each of 2 axes once',
  ],
  [
    ({ vector }) => nabla.slice(vector, [1], [3]),
    ShapeError,
    'slice: [1, 4) is outside axis 0 of x [3], expected within [0, 3)',
  ],
  [({ vector }) => nabla.slice(vector, [Number.NaN]), ShapeError, 'slice: [NaN'],
  [
    ({ vector }) => nabla.slice(vector, [0, 0]),
    ShapeError,
    'slice: begin [0,0] and size [] name more axes than x [3] has',
  ],
  [
    ({ vector }) => nabla.stridedSlice(vector, [0], [3], [0]),
    ValueError,
    'stridedSlice: strides is [0], expected integers other than 0',
  ],
  [
    ({ matrix }) => nabla.stridedSlice(matrix, [0], [1, 2]),
    ValueError,
    'stridedSlice: end is [1,2], expected 1 integers',
  ],
  [
    ({ vector }) => nabla.stridedSlice(vector, [0, 0], [1, 1]),
    ShapeError,
    'stridedSlice: begin [0,0] names 2 axes, x [3] has 1',
  ],
  [
    ({ vector }) => nabla.stridedSlice(vector, [3], [4], [1], 0, 0, 0, 0, 1),
    ValueError,
    'stridedSlice: index 3 of axis 0, expected an integer in [-3, 3)',
  ],
  [
    ({ matrix }) => nabla.stridedSlice(matrix, [0, 0], [1, 1], null, 0, 0, 3),
    ValueError,
    'stridedSlice: ellipsisMask is 3, expected one bit at most',
  ],
  [
    ({ vector }) => nabla.gather(vector, [0, 3]),
    ValueError,
    'gather: index 3 at place 1, expected an integer in [0, 3), the size of axis 0',
  ],
  [({ vector }) => nabla.gather(vector, nabla.tensor([-1], [1], 'int32')), ValueError, 'gather: index -1 at place 0'],
  [({ vector }) => nabla.gather(vector, [0.5]), ValueError, 'gather: index 0.5 at place 0, expected an integer'],
  [
    ({ matrix }) => nabla.gather(matrix, [0], 0, 1),
    ValueError,
    'gather: batchDims is 1, expected an integer in [0, 0]',
  ],
  [
    ({ matrix }) => nabla.gather(matrix, [[0], [0], [0]], 1, 1),
    ShapeError,
    'gather: x [2,2] and indices [3,1] differ in the first 1 axes',
  ],
  [({ vector }) => nabla.topk(vector, 1, any('yes')), ValueError, "topk: sorted is 'yes', expected true or false"],
  [
    ({ vector }) => nabla.pad(vector, [[0, -1]]),
    ValueError,
    'pad: paddings is [[0,-1]], expected 1 pairs of integers ≥ 0',
  ],
  [
    ({ vector }) => nabla.mirrorPad(vector, [[3, 0]], 'reflect'),
    ValueError,
    'mirrorPad: axis 0 has 3 to mirror in mode reflect, given [3,0]',
  ],
  [({ vector }) => nabla.tile(vector, [1.5]), ValueError, 'tile: repetitions is [1.5], expected 1 integers ≥ 0'],
  [({ vector, matrix }) => nabla.gather(matrix, vector), DTypeError, 'gather: indices are float32, expected int32'],
  [
    ({ matrix, integers }) => nabla.gather(matrix, integers, 2),
    ValueError,
    'gather: axis is 2, expected an integer in [-2, 2) for rank 2',
  ],
  [({ vector }) => reverse(vector, 1), ValueError, 'reverse: axis is 1, expected an integer in [-1, 1) for rank 1'],
];
