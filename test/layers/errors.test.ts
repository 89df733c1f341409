import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { NablaError } from '../../src/base/errors.js';
import type { Layer } from '../../src/layers/base/layer.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { zeros } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';

beforeEach(() => activateBackend(cpuBackend()));

// biome-ignore lint/suspicious/noExplicitAny: the wrong values that types refuse
type Any = any;
const wrong = (value: unknown): Any => value;

const OPTIONS: readonly (readonly [message: RegExp, make: () => unknown])[] = [
  [/Dense\): units is NaN, expected an integer ≥ 1/, () => layers.dense({ units: Number.NaN })],
  [/Dense\): units is undefined/, () => layers.dense(wrong({}))],
  [/Dense\): activation is 'rleu', expected one of linear, relu/, () => layers.dense({ units: 1, activation: 'rleu' })],
  [
    /Dense\): kernelInitializer is 'glorot', expected one of/,
    () => layers.dense({ units: 1, kernelInitializer: 'glorot' }),
  ],
  [/Conv2D\): filters is 0, expected an integer ≥ 1/, () => layers.conv2d({ filters: 0, kernelSize: 3 })],
  [/Conv2D\): kernelSize is -1, expected one or two/, () => layers.conv2d({ filters: 1, kernelSize: -1 })],
  [/Conv2D\): kernelSize is \[3,3,3\]/, () => layers.conv2d({ filters: 1, kernelSize: wrong([3, 3, 3]) })],
  [/Conv2D\): strides is 0/, () => layers.conv2d({ filters: 1, kernelSize: 1, strides: 0 })],
  [/Conv2D\): dilationRate is 1.5/, () => layers.conv2d({ filters: 1, kernelSize: 1, dilationRate: 1.5 })],
  [
    /Conv2D\): padding is 'full', expected one of 'valid', 'same'/,
    () => layers.conv2d({ filters: 1, kernelSize: 1, padding: wrong('full') }),
  ],
  [
    /Conv2D\): dataFormat is 'channelsFirst', expected 'channelsLast'/,
    () => layers.conv2d({ filters: 1, kernelSize: 1, dataFormat: wrong('channelsFirst') }),
  ],
  [
    /Conv2D\): filters is 3, expected a multiple of groups, 2/,
    () => layers.conv2d({ filters: 3, kernelSize: 1, groups: 2 }),
  ],
  [
    /Conv3D\): filters is 3, expected a multiple of groups, 2/,
    () => layers.conv3d({ filters: 3, kernelSize: 1, groups: 2 }),
  ],
  [
    /Conv2DTranspose\): outputPadding is 1/,
    () => layers.conv2dTranspose({ filters: 1, kernelSize: 1, outputPadding: wrong(1) }),
  ],
  [/depthMultiplier is 0/, () => layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: 0 })],
  [/MaxPooling2D\): poolSize is 0/, () => layers.maxPooling2d({ poolSize: 0 })],
  [/BatchNormalization\): momentum is 2/, () => layers.batchNormalization({ momentum: 2 })],
  [/BatchNormalization\): epsilon is -1/, () => layers.batchNormalization({ epsilon: -1 })],
  [/GroupNormalization\): groups is 0/, () => layers.groupNormalization({ groups: 0 })],
  [/LRN2D\): n is 4, expected an odd number/, () => layers.localResponseNormalization({ n: 4 })],
  [/Dropout\): rate is 1.2, expected a number in \[0, 1\)/, () => layers.dropout({ rate: 1.2 })],
  [/Dropout\): rate is undefined/, () => layers.dropout(wrong({}))],
  [/Dropout\): seed is 0.5/, () => layers.dropout({ rate: 0.5, seed: 0.5 })],
  [/GaussianNoise\): stddev is -1/, () => layers.gaussianNoise({ stddev: -1 })],
  [/Reshape\): targetShape is undefined/, () => layers.reshape(wrong({}))],
  [/Permute\): dims is \[0,1\]/, () => layers.permute({ dims: [0, 1] })],
  [/ZeroPadding2D\): padding is -1/, () => layers.zeroPadding2d({ padding: -1 })],
  [/Cropping2D\): cropping is \[\[1,2\],3,4\]/, () => layers.cropping2D({ cropping: wrong([[1, 2], 3, 4]) })],
  [/UpSampling2D\): interpolation is 'cubic'/, () => layers.upSampling2d({ interpolation: wrong('cubic') })],
  [/Resizing\): height is undefined/, () => layers.resizing(wrong({ width: 3 }))],
  [
    /Resizing\): cropToAspectRatio and padToAspectRatio are both true/,
    () => layers.resizing({ height: 1, width: 1, padToAspectRatio: true, cropToAspectRatio: true }),
  ],
  [/LeakyReLU\): negativeSlope is -1/, () => layers.leakyReLU({ negativeSlope: -1 })],
  [/ReLU\): maxValue is -1/, () => layers.reLU({ maxValue: -1 })],
  [/PReLU\): sharedAxes is \[0\]/, () => layers.prelu({ sharedAxes: [0] })],
  [/Concatenate\): axis is 0.5/, () => layers.concatenate({ axis: 0.5 })],
  [/Dot\): axes is \[1\]/, () => layers.dot({ axes: wrong([1]) })],
  [/Rescaling\): scale is null/, () => layers.rescaling({ scale: wrong(null) })],
  [/Normalization\): one of mean and variance/, () => layers.normalization({ mean: 1 })],
  [/RandomRotation\): factor is 2, expected a number ≥ 0 or/, () => layers.randomRotation({ factor: 2 })],
  [/RandomZoom\): heightFactor is undefined/, () => layers.randomZoom(wrong({}))],
  [/RandomFlip\): mode is 'both'/, () => layers.randomFlip({ mode: wrong('both') })],
  [/RandomContrast\): valueRange is \[1,0\]/, () => layers.randomContrast({ factor: 0.1, valueRange: [1, 0] })],
  [/InputLayer\): neither inputShape nor batchInputShape/, () => layers.inputLayer({})],
];

const IMAGE = [1, 4, 4, 3];
/** Calls a layer on zeros, and frees it. */
const apply = (layer: Layer, ...shapes: number[][]): unknown =>
  tidy(() => {
    const inputs = shapes.map((shape) => zeros(shape));
    try {
      return inputs.length === 1 ? layer.apply(inputs[0]) : layer.apply(inputs);
    } finally {
      layer.dispose();
    }
  });

const CALLS: readonly (readonly [message: RegExp, call: () => unknown])[] = [
  [/Dense\): the input is \[3\], expected \[batch, ..., inputs\]/, () => apply(layers.dense({ units: 1 }), [3])],
  [
    /Dense\): weight kernel: shape \[2,2147483648\] has 4294967296 elements, at most 2147483647 fit/,
    () => apply(layers.dense({ units: 2 ** 31 }), [1, 2]),
  ],
  [
    /UpSampling2D\): output: shape \[1,65536,65536,1\] has 4294967296 elements, at most 2147483647 fit/,
    () => layers.upSampling2d({ size: 2 ** 10 }).apply(input({ shape: [64, 64, 1] })),
  ],
  [/Dense\): 2 inputs given, expected one tensor/, () => apply(layers.dense({ units: 1 }), [1, 2], [1, 2])],
  [
    /Conv2D\): the input is \[4,4,3\], expected \[batch, height, width, channels\]/,
    () => apply(layers.conv2d({ filters: 1, kernelSize: 1 }), [4, 4, 3]),
  ],
  [
    /Conv2D\): the input has 3 channels, expected a multiple of groups, 2/,
    () => apply(layers.conv2d({ filters: 2, kernelSize: 1, groups: 2 }), IMAGE),
  ],
  [
    /Conv3D\): the input has 3 channels, expected a multiple of groups, 2/,
    () => apply(layers.conv3d({ filters: 2, kernelSize: 1, groups: 2 }), [1, 2, 2, 2, 3]),
  ],
  [
    /Conv2D\): conv2d: a window of 5 does not fit the height 4/,
    () => apply(layers.conv2d({ filters: 1, kernelSize: 5 }), IMAGE),
  ],
  [
    /Conv2DTranspose\): the input is \[1,2\]/,
    () => apply(layers.conv2dTranspose({ filters: 1, kernelSize: 1 }), [1, 2]),
  ],
  [/BatchNormalization\): axis is 7/, () => apply(layers.batchNormalization({ axis: 7 }), [1, 2])],
  [
    /GroupNormalization\): groups is 2, expected a divisor of the 3/,
    () => apply(layers.groupNormalization({ groups: 2 }), IMAGE),
  ],
  [
    /GlobalAveragePooling2D\): the input is \[1,2\], expected \[batch/,
    () => apply(layers.globalAveragePooling2d(), [1, 2]),
  ],
  [/MaxPooling2D\): maxPool: /, () => apply(layers.maxPooling2d(), [1, 2])],
  [/Flatten\): the input is a scalar/, () => apply(layers.flatten(), [])],
  [/Reshape\): reshape: /, () => apply(layers.reshape({ targetShape: [5] }), [1, 2])],
  [/PReLU\): sharedAxes has 2/, () => apply(layers.prelu({ sharedAxes: [2] }), [1, 2])],
  [
    /Dropout\): noiseShape is \[1\], expected 2 axes/,
    () => tidy(() => layers.dropout({ rate: 0.5, noiseShape: [1] }).apply(zeros([1, 2]), { training: true })),
  ],
  [/Add\): 1 input given, expected a list/, () => apply(layers.add(), [1, 2])],
  [/Add\): .*\[1,2\] and b \[1,3\] do not broadcast/, () => apply(layers.add(), [1, 2], [1, 3])],
  [
    /Add\): the inputs are \[1,2\] and \[2\], expected one rank, or one batch size/,
    () => apply(layers.add(), [1, 2], [2]),
  ],
  [/Subtract\): 3 inputs given, expected two/, () => apply(layers.subtract(), [1], [1], [1])],
  [/Concatenate\): concat: /, () => apply(layers.concatenate(), [1, 2, 3], [1, 3, 3])],
  [/Dot\): the inputs are \[1,2\] and \[1,3\], expected equal/, () => apply(layers.dot({ axes: 1 }), [1, 2], [1, 3])],
  [/Dot\): axes names the batch/, () => apply(layers.dot({ axes: 0 }), [1, 2], [1, 2])],
  [/Cropping2D\): cropping .* leaves nothing/, () => apply(layers.cropping2D({ cropping: 2 }), IMAGE)],
  [
    /Normalization\): mean has 2 values, expected 1 or 3/,
    () => apply(layers.normalization({ mean: [1, 2], variance: 1 }), IMAGE),
  ],
  [/Dense\): an input is 5, expected a tensor/, () => layers.dense({ units: 1 }).apply(wrong(5))],
];

describe('wrong options', () => {
  test.each(OPTIONS)('%s', (message, make) => {
    expect(make).toThrow(message);
    expect(make).toThrow(NablaError);
  });
});

describe('wrong inputs', () => {
  test.each(CALLS)('%s', (message, call) => {
    const before = memory();
    expect(call).toThrow(message);
    expect(call).toThrow(NablaError);
    expect(memory(), 'nothing leaks').toEqual(before);
  });

  test('other channels than the layer was built for', () => {
    const layer = layers.conv2d({ filters: 1, kernelSize: 1 });
    layer.computeOutputShape(IMAGE);
    expect(() => apply(layer, [1, 4, 4, 2])).toThrow(/Conv2D\): conv2d: x \[1,4,4,2\] has 2 channels, .* takes 3/);
  });

  test('a build that fails leaves the layer as it was', () => {
    const layer = layers.dense({ units: 2, weights: [zeros([4, 2])] });
    expect(() => apply(layer, [1, 4])).toThrow(/Dense\): .*1 weights given, expected 2/);
    expect(layer.built).toBe(false);
    expect(layer.weights).toEqual([]);
  });
});
