import ndarray from 'ndarray';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkGradients } from '../src/autograd/check.js';
import { customGrad, grad, grads, valueAndGrad, variableGrads } from '../src/autograd/gradients.js';
import * as nabla from '../src/index.js';
import { reverse, type Tensor, type Variable } from '../src/index.js';
import {
  BackendError,
  DisposedError,
  DTypeError,
  GradientError,
  type NablaError,
  ShapeError,
  ValueError,
} from '../src/tensor/errors.js';
import { startBackend } from './support/backends.js';

interface WrongCall {
  readonly call: (t: Given) => unknown;
  readonly error: new (message?: string) => NablaError;
  /** Part of the message: the op, what was given, what was expected. */
  readonly message: string;
}

/** Tensors that calls may use; they must be alive, and alone, after it. */
interface Given {
  readonly vector: Tensor;
  readonly matrix: Tensor;
  readonly images: Tensor;
  readonly filter: Tensor;
  readonly integers: Tensor;
  readonly booleans: Tensor;
  readonly doubles: Tensor;
  readonly disposed: Tensor;
  readonly weight: Variable;
}

/** Arguments that TypeScript would refuse, as code in JavaScript gives them. */
const any = <T>(value: unknown): T => value as T;

/** x² with a gradient that is off by one percent. */
const wrongSquare = customGrad((x) => ({
  value: nabla.square(x),
  gradFunc: (dy) => nabla.mul(dy, nabla.mul(x, 2.02)),
}));

const WRONG: Readonly<Record<string, readonly WrongCall[]>> = {
  'making tensors': [
    {
      call: () => nabla.tensor([[1, 2], [3]]),
      error: ShapeError,
      message: 'tensor: values is ragged: 1 items where [2,2] expects 2 items',
    },
    {
      call: () => nabla.tensor(any([[1, 2], 3])),
      error: ShapeError,
      message: 'tensor: values is ragged: a number where [2,2] expects 2 items',
    },
    {
      call: () => nabla.tensor(any(['a'])),
      error: ValueError,
      message: 'tensor: values holds a string, expected numbers',
    },
    {
      call: () => nabla.tensor(any(null)),
      error: ValueError,
      message: 'tensor: values is null, expected a tensor, a number, an array or an ndarray',
    },
    {
      call: () => nabla.tensor(any(new Uint16Array(3))),
      error: ValueError,
      message: 'tensor: values is a Uint16Array',
    },
    {
      call: () => nabla.tensor([1, 2, 3], [2, 2]),
      error: ShapeError,
      message: 'tensor: 3 values do not fill shape [2,2], which takes 4',
    },
    {
      call: () => nabla.tensor([1], [Number.NaN]),
      error: ShapeError,
      message: 'tensor: shape [NaN] has NaN, expected integers ≥ 0',
    },
    {
      call: () => nabla.tensor([1], [-1]),
      error: ShapeError,
      message: 'tensor: shape [-1] has -1, expected integers ≥ 0',
    },
    {
      call: () => nabla.tensor([1], any('1')),
      error: ShapeError,
      message: 'tensor: shape is 1, expected an array of integers',
    },
    {
      call: () => nabla.tensor([1], [1], any('float16')),
      error: DTypeError,
      message: 'tensor: dtype is float16, expected one of float32, float64, int32, bool',
    },
    {
      call: ({ vector }) => nabla.tensor(any(vector)),
      error: ValueError,
      message: 'tensor: values is a tensor already',
    },
    { call: () => nabla.tensor2d([1, 2, 3]), error: ValueError, message: 'tensor2d: values have rank 1, expected 2' },
    {
      call: () => nabla.tensor(ndarray(new Float32Array(6), [2, 3]), [7]),
      error: ShapeError,
      message: 'tensor: 6 values do not fill shape [7], which takes 7',
    },
    {
      call: () => nabla.zeros([65536, 65536]),
      error: ShapeError,
      message: 'fill: shape [65536,65536] has 4294967296 elements, at most 2147483647 fit',
    },
    { call: () => nabla.fill([1.5], 0), error: ShapeError, message: 'fill: shape [1.5] has 1.5' },
    { call: () => nabla.range(0, 1, 0), error: ValueError, message: 'range: step is 0' },
    { call: () => nabla.range(0, Number.NaN), error: ShapeError, message: 'range: shape [NaN]' },
    { call: () => nabla.linspace(0, 1, 0), error: ValueError, message: 'linspace: num is 0, expected an integer ≥ 1' },
    { call: () => nabla.linspace(0, 1, 1e12), error: ShapeError, message: 'linspace: shape [1000000000000]' },
    { call: () => nabla.eye(-1), error: ShapeError, message: 'eye: shape [-1,-1]' },
    {
      call: ({ integers }) => nabla.oneHot(integers, 0),
      error: ValueError,
      message: 'oneHot: depth is 0, expected an integer ≥ 1',
    },
    {
      call: ({ vector }) => nabla.oneHot(vector, 3),
      error: DTypeError,
      message: 'oneHot: indices are float32, expected int32',
    },
    {
      call: () => nabla.randomUniform([2], 1, 0),
      error: ValueError,
      message: 'randomUniform: minval is 1 and maxval is 0',
    },
    {
      call: () => nabla.randomNormal([2], 0, 1, any('half')),
      error: DTypeError,
      message: 'randomNormal: dtype is half',
    },
    { call: () => nabla.setSeed(0.5), error: ValueError, message: 'setSeed: seed is 0.5, expected an integer' },
    {
      call: () => nabla.randomUniform([2], 0, 1, 'float32', Number.NaN),
      error: ValueError,
      message: 'seed is NaN, expected an integer',
    },
  ],
  'shapes that do not meet': [
    {
      call: ({ vector, matrix }) => nabla.add(vector, matrix),
      error: ShapeError,
      message: 'add: a [3] and b [2,2] do not broadcast (3 vs 2)',
    },
    {
      call: ({ vector }) => nabla.add(vector, any('1')),
      error: ValueError,
      message: 'add: b is a string, expected a tensor, a number, an array or an ndarray',
    },
    { call: ({ vector }) => nabla.mul(any(undefined), vector), error: ValueError, message: 'mul: a is undefined' },
    {
      call: ({ vector, matrix }) => nabla.less(vector, matrix),
      error: ShapeError,
      message: 'less: a [3] and b [2,2] do not broadcast',
    },
    {
      call: ({ vector }) => nabla.where(vector, 1, 0),
      error: DTypeError,
      message: 'where: condition is float32, expected bool',
    },
    { call: ({ matrix, booleans }) => nabla.where(booleans, matrix, 0), error: ShapeError, message: 'where:' },
    { call: () => nabla.addN([]), error: ValueError, message: 'addN: tensors is empty, expected at least one' },
    {
      call: ({ vector, matrix }) => nabla.addN([vector, matrix]),
      error: ShapeError,
      message: 'addN: tensors have shapes [3] and [2,2], expected one shape',
    },
    {
      call: ({ vector, matrix }) => nabla.matMul(matrix, vector),
      error: ShapeError,
      message: 'matMul: a [2,2] and b [3], expected rank 2 or more',
    },
    {
      call: ({ matrix }) => nabla.matMul(matrix, [[1, 2]]),
      error: ShapeError,
      message: 'matMul: a [2,2] and b [1,2] disagree on the inner size (2 vs 1)',
    },
    {
      call: ({ matrix }) => nabla.matMul(nabla.cast(matrix, 'int32'), nabla.cast(matrix, 'int32')),
      error: DTypeError,
      message: 'matMul: a is int32, expected float32 or float64',
    },
    {
      call: ({ vector, matrix }) => nabla.fusedMatMul({ a: matrix, b: matrix, bias: vector }),
      error: ShapeError,
      message: 'matMul: bias is [3], expected [2]',
    },
    {
      call: ({ matrix, doubles }) => nabla.fusedMatMul({ a: matrix, b: doubles }),
      error: DTypeError,
      message: 'matMul: operands are float32 and float64, expected one dtype',
    },
    {
      call: ({ vector, images }) => nabla.dot(images, vector),
      error: ShapeError,
      message: 'dot: a [1,4,4,2] and b [3], expected ranks 1 or 2',
    },
    {
      call: ({ vector, matrix }) => nabla.outerProduct(matrix, vector),
      error: ShapeError,
      message: 'outerProduct: a [2,2] and b [3], expected vectors',
    },
    { call: ({ vector }) => nabla.broadcastTo(vector, [2]), error: ShapeError, message: 'broadcastTo:' },
    {
      call: ({ vector, matrix }) => nabla.concat([vector, matrix]),
      error: ShapeError,
      message: 'concat: parts [3] and [2,2] differ beside axis 0',
    },
    { call: () => nabla.concat([]), error: ValueError, message: 'concat: tensors is empty, expected at least one' },
    { call: ({ vector, matrix }) => nabla.stack([vector, matrix]), error: ShapeError, message: 'concat: parts' },
    {
      call: ({ vector }) => nabla.split(vector, 2),
      error: ShapeError,
      message: 'split: parts 2 do not divide axis 0 of x [3]',
    },
    {
      call: ({ vector }) => nabla.split(vector, -1),
      error: ValueError,
      message: 'split: parts is -1, expected an integer ≥ 1',
    },
    {
      call: ({ vector }) => nabla.split(vector, [1, 1]),
      error: ShapeError,
      message: 'split: parts [1,1] do not divide axis 0 of x [3]',
    },
    {
      call: ({ vector }) => nabla.reshape(vector, [2, -1]),
      error: ShapeError,
      message: 'reshape: x [3] (3 elements) does not fit shape [2,-1]',
    },
    {
      call: ({ vector }) => nabla.reshape(vector, [-1, -1]),
      error: ShapeError,
      message: 'reshape: shape [-1,-1] has -1 more than once',
    },
    {
      call: ({ vector }) => nabla.reshape(vector, [Number.NaN]),
      error: ShapeError,
      message: 'reshape: x [3] (3 elements) does not fit shape [NaN]',
    },
    {
      call: ({ vector }) => nabla.squeeze(vector, 0),
      error: ShapeError,
      message: 'squeeze: x [3] has 3 at axis 0, expected 1',
    },
    {
      call: ({ matrix }) => nabla.transpose(matrix, [0, 0]),
      error: ValueError,
      message: 'transpose: axes [0,0] name an axis twice',
    },
    {
      call: ({ matrix }) => nabla.transpose(matrix, [0]),
      error: ValueError,
      message: 'transpose: permutation is [0], expected each of 2 axes once',
    },
    {
      call: ({ vector }) => nabla.slice(vector, [1], [3]),
      error: ShapeError,
      message: 'slice: [1, 4) leaves axis 0 of x [3], expected within [0, 3)',
    },
    { call: ({ vector }) => nabla.slice(vector, [Number.NaN]), error: ShapeError, message: 'slice: [NaN' },
    {
      call: ({ vector }) => nabla.slice(vector, [0, 0]),
      error: ShapeError,
      message: 'slice: begin [0,0] and size [] name more axes than x [3] has',
    },
    {
      call: ({ vector }) => nabla.stridedSlice(vector, [0], [3], [0]),
      error: ValueError,
      message: 'stridedSlice: strides is [0], expected integers other than 0',
    },
    {
      call: ({ matrix }) => nabla.stridedSlice(matrix, [0], [1]),
      error: ValueError,
      message: 'stridedSlice: begin is [0], expected 2 numbers',
    },
    {
      call: ({ vector }) => nabla.pad(vector, [[0, -1]]),
      error: ValueError,
      message: 'pad: paddings is [[0,-1]], expected 1 pairs of integers ≥ 0',
    },
    {
      call: ({ vector }) => nabla.mirrorPad(vector, [[3, 0]], 'reflect'),
      error: ValueError,
      message: 'mirrorPad: axis 0 has 3 to mirror in mode reflect, given [3,0]',
    },
    {
      call: ({ vector }) => nabla.tile(vector, [1.5]),
      error: ValueError,
      message: 'tile: repetitions is [1.5], expected 1 integers ≥ 0',
    },
    {
      call: ({ vector, matrix }) => nabla.gather(matrix, vector),
      error: DTypeError,
      message: 'gather: indices are float32, expected int32',
    },
    {
      call: ({ matrix, integers }) => nabla.gather(matrix, integers, 2),
      error: ValueError,
      message: 'gather: axis is 2, expected an integer in [-2, 2) for rank 2',
    },
    {
      call: ({ vector }) => reverse(vector, 1),
      error: ValueError,
      message: 'reverse: axis is 1, expected an integer in [-1, 1) for rank 1',
    },
  ],
  'functions of one tensor': [
    { call: ({ vector }) => nabla.cast(vector, any('float16')), error: DTypeError, message: 'cast: dtype is float16' },
    {
      call: ({ vector }) => nabla.clipByValue(vector, 1, 0),
      error: ValueError,
      message: 'clipByValue: min is 1 and max is 0, expected min ≤ max',
    },
    {
      call: ({ vector }) => nabla.clipByValue(vector, Number.NaN, 0),
      error: ValueError,
      message: 'clipByValue: min is NaN',
    },
    {
      call: ({ vector }) => nabla.leakyRelu(vector, -1),
      error: ValueError,
      message: 'leakyRelu: alpha is -1, expected a number ≥ 0',
    },
    {
      call: ({ vector }) => nabla.sum(vector, 1),
      error: ValueError,
      message: 'sum: axis is 1, expected an integer in [-1, 1) for rank 1',
    },
    {
      call: ({ matrix }) => nabla.mean(matrix, [0, -2]),
      error: ValueError,
      message: 'mean: axes [0,0] name an axis twice',
    },
    {
      call: () => nabla.max(nabla.zeros([2, 0]), 1),
      error: ShapeError,
      message: 'max: x [2,0] has nothing to reduce over axes 1',
    },
    { call: () => nabla.argMax(nabla.zeros([0])), error: ShapeError, message: 'argMax: x [0] is empty along axis 0' },
    {
      call: ({ integers }) => nabla.softmax(integers),
      error: DTypeError,
      message: 'softmax: x is int32, expected float32 or float64',
    },
    { call: ({ vector }) => nabla.cumsum(vector, 1), error: ValueError, message: 'cumsum: axis is 1' },
    {
      call: ({ vector }) => nabla.topk(vector, 4),
      error: ValueError,
      message: 'topk: k is 4, expected an integer in [1, 3] for x [3]',
    },
    {
      call: ({ vector }) => nabla.dropout(vector, 1),
      error: ValueError,
      message: 'dropout: rate is 1, expected a number in [0, 1)',
    },
    { call: ({ vector }) => nabla.dropout(vector, 0.5, [2]), error: ShapeError, message: 'dropout:' },
    {
      call: ({ integers }) => nabla.dropout(integers, 0.5),
      error: DTypeError,
      message: 'dropout: x is int32, expected float32 or float64',
    },
  ],
  images: [
    {
      call: ({ vector, filter }) => nabla.conv2d(vector, filter),
      error: ShapeError,
      message: 'conv2d: x is [3], expected [batch, height, width, channels]',
    },
    {
      call: ({ matrix, images }) => nabla.conv2d(images, matrix),
      error: ShapeError,
      message: 'conv2d: filter is [2,2], expected [height, width, inChannels / groups, outChannels]',
    },
    {
      call: ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 3, 4])),
      error: ShapeError,
      message: 'conv2d: x [1,4,4,2] has 2 channels, filter [3,3,3,4] with 1 group(s) takes 3',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, -1),
      error: ValueError,
      message: 'conv2d: strides is [-1,-1], expected one or two integers ≥ 1',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, any([1, 2, 3])),
      error: ValueError,
      message: 'conv2d: strides is [1,2,3], expected one or two integers ≥ 1',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, any(null)),
      error: ValueError,
      message: 'conv2d: strides is null',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, Number.NaN),
      error: ValueError,
      message: 'conv2d: strides is [NaN,NaN]',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, 1, any('full')),
      error: ValueError,
      message: "conv2d: padding is full, expected 'same', 'valid' or [[top,bottom],[left,right]]",
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, 1, any([[1, 1]])),
      error: ValueError,
      message: "conv2d: padding is [[1,1]], expected 'same', 'valid' or",
    },
    {
      call: ({ images, filter }) =>
        nabla.conv2d(images, filter, 1, [
          [0, -1],
          [0, 0],
        ]),
      error: ValueError,
      message: 'conv2d: padding along height is [0,-1], expected integers ≥ 0',
    },
    {
      call: ({ images }) => nabla.conv2d(images, nabla.zeros([5, 5, 2, 1])),
      error: ShapeError,
      message: 'conv2d: a window of 5 does not fit the height 4',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', any('NCHW')),
      error: ShapeError,
      message: 'conv2d: dataFormat is NCHW, expected NHWC',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', 'NHWC', 0),
      error: ValueError,
      message: 'conv2d: dilations is [0,0]',
    },
    {
      call: ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', 'NHWC', 1, 0),
      error: ValueError,
      message: 'conv2d: groups is 0, expected an integer ≥ 1',
    },
    {
      call: ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 1, 3]), 1, 'same', 'NHWC', 1, 2),
      error: ShapeError,
      message: 'has 3 outChannels, not a multiple of groups 2',
    },
    {
      call: ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 2, 1], 'float64')),
      error: DTypeError,
      message: 'conv2d: x is float32 and filter is float64, expected one dtype',
    },
    {
      call: ({ images }) => nabla.conv2d(images, [[[[1]]]]),
      error: ShapeError,
      message: 'conv2d: x [1,4,4,2] has 2 channels',
    },
    {
      call: ({ matrix, images, filter }) => nabla.fusedConv2d({ x: images, filter, bias: matrix }),
      error: ShapeError,
      message: 'conv2d: bias is [2,2], expected [5]',
    },
    {
      call: ({ images, filter }) => nabla.fusedConv2d({ x: images, filter, activation: 'elu', alpha: -1 }),
      error: ValueError,
      message: 'conv2d: alpha is -1, expected a number ≥ 0',
    },
    {
      call: ({ images, filter }) => nabla.conv2dTranspose(images, filter, [1, 9, 9, 2], 2, 'same'),
      error: ShapeError,
      message: 'conv2dTranspose: x is [1,4,4,2], expected [1,5,5,5] for outputShape [1,9,9,2]',
    },
    {
      call: ({ images, filter }) => nabla.conv2dTranspose(images, filter, [1, Number.NaN, 8, 2], 2, 'same'),
      error: ShapeError,
      message: 'conv2dTranspose: shape [1,NaN,8,2] has NaN',
    },
    {
      call: ({ vector }) => nabla.conv1d(vector, vector),
      error: ShapeError,
      message: 'conv1d: x [3] and filter [3], expected [batch, length, channels]',
    },
    {
      call: ({ images }) => nabla.depthwiseConv2d(images, nabla.zeros([3, 3, 3, 1])),
      error: ShapeError,
      message: 'depthwiseConv2d: x [1,4,4,2] has 2 channels, filter [3,3,3,1] takes 3',
    },
    {
      call: ({ images }) => nabla.maxPool(images, 5),
      error: ShapeError,
      message: 'maxPool: a window of 5 does not fit the height 4',
    },
    {
      call: ({ images }) => nabla.maxPool(images, 0),
      error: ValueError,
      message: 'maxPool: filterSize is [0,0], expected one or two integers ≥ 1',
    },
    {
      call: ({ vector }) => nabla.avgPool(vector, 2),
      error: ShapeError,
      message: 'avgPool: x is [3], expected [batch, height, width, channels]',
    },
    {
      call: ({ images }) => nabla.maxPool(nabla.cast(images, 'int32'), 2),
      error: DTypeError,
      message: 'maxPool: x is int32, expected float32 or float64',
    },
    {
      call: ({ vector, images }) => nabla.batchNormTraining(images, vector, vector),
      error: ShapeError,
      message: 'batchNorm: gamma is [3], expected [2]',
    },
    {
      call: ({ vector }) => nabla.batchNormTraining(vector, vector, vector),
      error: ShapeError,
      message: 'batchMoments: x is [3], expected rank 2 or more',
    },
    {
      call: ({ images }) => nabla.batchNormTraining(images, nabla.zeros([2], 'float64'), nabla.zeros([2])),
      error: DTypeError,
      message: 'batchNorm: gamma is float64, expected float32, as x',
    },
    {
      call: ({ vector }) => nabla.resizeBilinear(vector, [2, 2]),
      error: ShapeError,
      message: 'resizeBilinear: images are [3], expected [batch, height, width, channels]',
    },
    {
      call: ({ images }) => nabla.resizeBilinear(images, [0, 2]),
      error: ValueError,
      message: 'resizeBilinear: size is [0,2], expected [height, width], integers ≥ 1',
    },
    {
      call: ({ images }) => nabla.resizeBilinear(images, [2, 2], true, true),
      error: ValueError,
      message: 'resizeBilinear: alignCorners and halfPixelCenters are both true',
    },
  ],
  'lives of tensors': [
    {
      call: ({ disposed }) => nabla.add(disposed, 1),
      error: DisposedError,
      message: 'add: the tensor [3] was disposed; keep() it, or return it from its tidy()',
    },
    {
      call: ({ disposed }) => nabla.reshape(disposed, [3]),
      error: DisposedError,
      message: 'reshape: the tensor [3] was disposed',
    },
    {
      call: ({ disposed }) => nabla.mean(disposed),
      error: DisposedError,
      message: 'mean: the tensor [3] was disposed',
    },
    {
      call: ({ disposed }) => disposed.dataSync(),
      error: DisposedError,
      message: 'dataSync: the tensor [3] was disposed',
    },
    {
      call: ({ disposed }) => nabla.variable(disposed),
      error: DisposedError,
      message: 'variable: the tensor [3] was disposed',
    },
    {
      call: () => nabla.tidy(() => Promise.resolve(nabla.zeros([2]))),
      error: ValueError,
      message: 'tidy: the function returned a promise, expected tensors',
    },
    {
      call: ({ matrix, weight }) => weight.assign(matrix),
      error: ShapeError,
      message: 'bad-input/weight: assigned value is [2,2], expected [3]',
    },
    {
      call: ({ integers, weight }) => weight.assign(integers),
      error: DTypeError,
      message: 'bad-input/weight: assigned value is int32, expected float32',
    },
    {
      call: ({ disposed, weight }) => weight.assign(disposed),
      error: DisposedError,
      message: 'assign to bad-input/weight: the tensor [3] was disposed',
    },
    {
      call: ({ weight }) => weight.assignValues([1]),
      error: ShapeError,
      message: 'bad-input/weight: 1 values, expected 3 for [3]',
    },
    {
      call: ({ vector }) => nabla.variable(vector, true, 'bad-input/weight'),
      error: ValueError,
      message: 'variable: the name bad-input/weight is taken',
    },
    {
      call: ({ vector }) => nabla.variable(vector, true, 'other', 'int32'),
      error: DTypeError,
      message: 'variable: initialValue is float32, expected int32',
    },
  ],
  gradients: [
    {
      call: () => grad((x) => x.sum())(any(3)),
      error: ValueError,
      message: 'grad: an argument is 3, expected tensors',
    },
    {
      call: ({ vector }) => grads((x) => x.sum())(any(vector)),
      error: ValueError,
      message: 'grads: the arguments are',
    },
    {
      call: ({ vector }) => grad((x) => any<Tensor>([x]))(vector),
      error: ValueError,
      message: 'grad: the function returned',
    },
    {
      call: ({ vector }) => grad((x) => x.argMax())(vector),
      error: DTypeError,
      message: 'grad: the function returned int32, expected a float tensor',
    },
    {
      call: ({ vector, matrix }) => grad(() => matrix.sum())(vector),
      error: ValueError,
      message: 'grad: y does not depend on argument 0',
    },
    {
      call: ({ vector }) => grad((x) => x.floor().equal(1).cast('float32'))(vector),
      error: ValueError,
      message: 'grad: y does not depend on argument 0',
    },
    {
      call: ({ disposed }) => grad((x) => x)(disposed),
      error: DisposedError,
      message: 'grad: the tensor [3] was disposed',
    },
    {
      call: ({ vector, matrix }) => grad((x) => x.square())(vector, matrix),
      error: ShapeError,
      message: 'grad: dy is [2,2], expected [3], the shape of y',
    },
    {
      call: ({ vector }) => grad((x) => x.square())(vector, nabla.ones([3], 'float64')),
      error: DTypeError,
      message: 'grad: dy is float64, expected float32, the dtype of y',
    },
    {
      call: ({ vector }) => valueAndGrad((x) => x.square())(vector, any(1)),
      error: ValueError,
      message: 'valueAndGrad: dy is 1, expected a tensor',
    },
    {
      call: ({ weight }) => variableGrads(() => weight.square()),
      error: ShapeError,
      message: 'variableGrads: the loss is [3], expected a scalar',
    },
    {
      call: ({ vector }) => variableGrads(() => vector.sum()),
      error: ValueError,
      message: 'variableGrads: the loss depends on none of the variables',
    },
    {
      call: () => variableGrads(() => any<Tensor>(1)),
      error: ValueError,
      message: 'variableGrads: the function returned 1, expected a tensor',
    },
    {
      call: ({ vector }) => grad(customGrad((x) => ({ value: x.square(), gradFunc: () => [] })))(vector),
      error: ValueError,
      message: 'customGrad: gradFunc gave 0 gradients, expected 1',
    },
    {
      call: ({ vector }) => grad(customGrad((x) => ({ value: x.square(), gradFunc: () => any<Tensor>(2) })))(vector),
      error: ValueError,
      message: 'customGrad: gradFunc gave 2 gradients',
    },
    {
      call: ({ vector, matrix }) =>
        grad(customGrad((x) => ({ value: x.square(), gradFunc: () => matrix.square() })))(vector),
      error: ShapeError,
      message: 'customGrad: the gradient of 0 is [2,2], expected [3]',
    },
    {
      call: ({ vector }) => customGrad(() => ({ value: any<Tensor>(1), gradFunc: (dy) => dy }))(vector),
      error: ValueError,
      message: 'customGrad: the function returned 1, expected a tensor',
    },
    {
      call: ({ vector }) => checkGradients((x) => x.square(), [vector]),
      error: DTypeError,
      message: 'checkGradients: input 0 is float32, expected float64',
    },
    {
      call: () => checkGradients((x) => x.square(), []),
      error: ValueError,
      message: 'checkGradients: inputs is empty',
    },
    {
      call: ({ doubles }) => checkGradients((x) => x.square(), [doubles], { order: 0 }),
      error: ValueError,
      message: 'checkGradients: order is 0, expected an integer ≥ 1',
    },
    {
      call: ({ doubles }) => checkGradients(wrongSquare, [doubles]),
      error: GradientError,
      message: 'checkGradients: order 1 gives',
    },
  ],
};

describe.each(Object.entries(WRONG))('%s', (_, calls) => {
  beforeAll(() => startBackend('cpu'));

  test.each(calls)('$message', ({ call, error, message }) => {
    const vector = nabla.tensor([1, 2, 3]);
    const disposed = nabla.tensor([1, 2, 3]);
    disposed.dispose();
    const given: Given = {
      vector,
      matrix: nabla.tensor([
        [1, 2],
        [3, 4],
      ]),
      images: nabla.ones([1, 4, 4, 2]),
      filter: nabla.ones([3, 3, 2, 5]),
      integers: nabla.tensor([0, 1, 2], [3], 'int32'),
      booleans: nabla.tensor([true, false, true]),
      doubles: nabla.ones([2, 2], 'float64'),
      disposed,
      weight: nabla.variable(vector, true, 'bad-input/weight'),
    };
    const before = nabla.memory();
    try {
      // In a tidy, which frees what the call itself has made for its arguments; nothing must slip out of it.
      const wrong = () => nabla.tidy(() => call(given));
      expect(wrong).toThrow(error);
      expect(wrong).toThrow(message);
      expect(nabla.memory()).toEqual(before);
      for (const tensor of Object.values(given)) expect(tensor.isDisposed).toBe(tensor === disposed);
    } finally {
      nabla.dispose({ ...given });
    }
  });
});

describe('backends', () => {
  afterAll(() => startBackend('cpu'));

  test('an unknown one, which leaves the current one running', async () => {
    await startBackend('cpu');
    await expect(nabla.setBackend('abacus')).rejects.toThrow(BackendError);
    await expect(nabla.setBackend('abacus')).rejects.toThrow("setBackend: 'abacus' is not registered, expected one of");
    expect(nabla.getBackend()).toBe('cpu');
  });

  test('float64 on wasm', async () => {
    await startBackend('cpu');
    const double = nabla.ones([2], 'float64');
    await startBackend('wasm');
    const before = nabla.memory();
    const message = "float64 tensors are not supported by the wasm backend; setBackend('cpu') has them";
    for (const call of [
      () => nabla.zeros([2], 'float64'),
      () => nabla.add(double, 1),
      () => nabla.cast(nabla.scalar(1), 'float64'),
    ]) {
      expect(() => nabla.tidy(call)).toThrow(DTypeError);
      expect(() => nabla.tidy(call)).toThrow(message);
    }
    expect(nabla.memory()).toEqual(before);
    expect([...double.dataSync()]).toEqual([1, 1]);
    double.dispose();
  });

  test('threads that are none', async () => {
    await startBackend('wasm');
    for (const threads of [0, -1, 1.5, Number.NaN]) expect(() => nabla.setThreads(threads)).toThrow(ValueError);
    await startBackend('cpu');
    expect(() => nabla.setThreads(2)).toThrow(BackendError);
  });
});
