import { DTypeError, ShapeError, ValueError } from '../../../src/base/errors.js';
import * as nabla from '../../../src/index.js';
import { any, type WrongCall } from './wrong-call.js';

export const images: readonly WrongCall[] = [
  [
    ({ vector, filter }) => nabla.conv2d(vector, filter),
    ShapeError,
    'conv2d: x is [3], expected [batch, height, width, channels]',
  ],
  [
    ({ matrix, images }) => nabla.conv2d(images, matrix),
    ShapeError,
    'conv2d: filter is [2,2], expected [height, width, inChannels / groups, outChannels]',
  ],
  [
    ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 3, 4])),
    ShapeError,
    'conv2d: x [1,4,4,2] has 2 channels, filter [3,3,3,4] with 1 group(s) takes 3',
  ],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, -1),
    ValueError,
    'conv2d: strides is -1, expected one or two integers ≥ 1',
  ],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, any([1, 2, 3])),
    ValueError,
    'conv2d: strides is [1,2,3], expected one or two integers ≥ 1',
  ],
  [({ images, filter }) => nabla.conv2d(images, filter, Number.NaN), ValueError, 'conv2d: strides is NaN'],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, 1, any('full')),
    ValueError,
    "conv2d: padding is full, expected 'same', 'valid', an integer ≥ 0 or [[top,bottom],[left,right]]",
  ],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, 1, any([[1, 1]])),
    ValueError,
    "conv2d: padding is [[1,1]], expected 'same', 'valid', an integer ≥ 0 or",
  ],
  [
    ({ images, filter }) =>
      nabla.conv2d(images, filter, 1, [
        [0, -1],
        [0, 0],
      ]),
    ValueError,
    'conv2d: padding is [[0,-1],[0,0]], expected',
  ],
  [
    ({ images }) => nabla.conv2d(images, nabla.zeros([5, 5, 2, 1])),
    ShapeError,
    'conv2d: a window of 5 does not fit the height 4',
  ],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', any('NCHW')),
    ShapeError,
    "conv2d: dataFormat is 'NCHW', expected NHWC",
  ],
  [({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', 'NHWC', 0), ValueError, 'conv2d: dilations is 0'],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', 'NHWC', 1, 0),
    ValueError,
    'conv2d: groups is 0, expected an integer ≥ 1',
  ],
  [
    ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 1, 3]), 1, 'same', 'NHWC', 1, 2),
    ShapeError,
    'has 3 outChannels, not a multiple of groups 2',
  ],
  [
    ({ images }) => nabla.conv2d(images, nabla.zeros([3, 3, 2, 1], 'float64')),
    DTypeError,
    'conv2d: x is float32 and filter is float64, expected one dtype',
  ],
  [({ images }) => nabla.conv2d(images, [[[[1]]]]), ShapeError, 'conv2d: x [1,4,4,2] has 2 channels'],
  [
    ({ matrix, images, filter }) => nabla.fusedConv2d({ x: images, filter, bias: matrix }),
    ShapeError,
    'conv2d: bias is [2,2], expected [5]',
  ],
  [
    ({ images, filter }) => nabla.fusedConv2d({ x: images, filter, activation: 'elu', alpha: -1 }),
    ValueError,
    'fusedConv2d: alpha is -1, expected a number ≥ 0',
  ],
  [
    ({ images, filter }) => nabla.fusedConv2d({ x: images, filter, activation: any('leakyreluu') }),
    ValueError,
    "did you mean 'leakyRelu'?",
  ],
  [
    ({ images, filter }) => nabla.fusedConv2d(any({ x: images, filter, pading: 'same' })),
    ValueError,
    "fusedConv2d: there is no option pading; did you mean 'padding'?",
  ],
  [
    ({ images, filter }) =>
      nabla.conv2d(
        images,
        filter,
        1,
        any([
          [1, 1],
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
      ),
    ValueError,
    'conv2d: padding is [[1,1],[0,0],[0,0],[0,0]], expected',
  ],
  [
    ({ images, filter }) => nabla.conv2d(images, filter, 1, 'same', 'NHWC', 1, 'ceil'),
    ValueError,
    "conv2d: dimRoundingMode is 'ceil' with padding 'same', expected padding in pixels",
  ],
  [
    ({ images }) => nabla.maxPool(images, 2, 2, 1, any('up')),
    ValueError,
    "maxPool: dimRoundingMode is 'up', expected 'floor', 'round' or 'ceil'",
  ],
  [({ images }) => nabla.depthToSpace(images, 2, any('CHWN')), ValueError, "depthToSpace: dataFormat is 'CHWN'"],
  [
    ({ images, filter }) => nabla.conv2dTranspose(images, filter, [1, 9, 9, 2], 2, 'same'),
    ShapeError,
    'conv2dTranspose: x is [1,4,4,2], expected [1,5,5,5] for outputShape [1,9,9,2]',
  ],
  [
    ({ images, filter }) => nabla.conv2dTranspose(images, filter, [1, Number.NaN, 8, 2], 2, 'same'),
    ShapeError,
    'conv2dTranspose: shape [1,NaN,8,2] has NaN',
  ],
  [
    ({ vector }) => nabla.conv1d(vector, vector, 1, 'same', any(2)),
    ValueError,
    "conv1d: dataFormat is 2, expected 'NWC'; the dilation is the argument after it",
  ],
  [
    ({ vector }) => nabla.conv1d(vector, vector),
    ShapeError,
    'conv1d: x [3] and filter [3], expected [batch, length, channels]',
  ],
  [
    ({ images }) => nabla.depthwiseConv2d(images, nabla.zeros([3, 3, 3, 1])),
    ShapeError,
    'depthwiseConv2d: x [1,4,4,2] has 2 channels, filter [3,3,3,1] takes 3',
  ],
  [({ images }) => nabla.maxPool(images, 5), ShapeError, 'maxPool: a window of 5 does not fit the height 4'],
  [({ images }) => nabla.maxPool(images, 0), ValueError, 'maxPool: filterSize is 0, expected one or two integers ≥ 1'],
  [
    ({ vector }) => nabla.avgPool(vector, 2),
    ShapeError,
    'avgPool: x is [3], expected [batch, height, width, channels]',
  ],
  [
    ({ images }) => nabla.maxPool(nabla.cast(images, 'int32'), 2),
    DTypeError,
    'maxPool: x is int32, expected float32 or float64',
  ],
  [
    ({ vector, images }) => nabla.batchNormTraining(images, vector, vector),
    ShapeError,
    'batchNorm: gamma is [3], expected [2]',
  ],
  [
    ({ vector }) => nabla.batchNormTraining(vector, vector, vector),
    ShapeError,
    'batchMoments: x is [3], expected rank 2 or more',
  ],
  [
    ({ images }) => nabla.batchNormTraining(images, nabla.zeros([2], 'float64'), nabla.zeros([2])),
    DTypeError,
    'batchNorm: gamma is float64, expected float32, as x',
  ],
  [
    ({ vector }) => nabla.resizeBilinear(vector, [2, 2]),
    ShapeError,
    'resizeBilinear: images are [3], expected [batch, height, width, channels]',
  ],
  [
    ({ images }) => nabla.resizeBilinear(images, [0, 2]),
    ValueError,
    'resizeBilinear: size is [0,2], expected [height, width], integers ≥ 1',
  ],
  [
    ({ images }) => nabla.resizeBilinear(images, [2, 2], true, true),
    ValueError,
    'resizeBilinear: alignCorners and halfPixelCenters are both true',
  ],
];
