import { describe, expect, test } from 'vitest';
import { type Shape, sizeOf } from '../../src/base/shape.js';
import type { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { range } from '../../src/ops/creation.js';
import { reshape } from '../../src/ops/reshape.js';
import { tidy } from '../../src/tensor/scope.js';
import { outputOf } from './check-layer.js';

/*
 * Values of PyTorch 2 in float64, rounded to six digits. Every case quotes the expression that gave them, after
 *   ramp = lambda *s: torch.arange(torch.tensor(s).prod().item(), dtype=torch.float64).reshape(*s) / 10
 *   x = ramp(1, 3, 3, 2).permute(0, 3, 1, 2);  k = (ramp(2, 2, 2, 2) - 0.5);  b = tensor([0.1, -0.2])
 * and channels brought last again: .permute(0, 2, 3, 1).flatten().
 */

const ramp = (shape: Shape, shift = 0): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => i / 10 + shift);

const IMAGE: Shape = [1, 3, 3, 2];
const KERNEL = ramp([2, 2, 2, 2], -0.5);
const BIAS = [0.1, -0.2];
const DOUBLE = { dtype: 'float64' } as const;

interface Expected {
  readonly x?: readonly number[];
  readonly shape?: Shape;
  readonly weights?: readonly (readonly number[])[];
  readonly training?: boolean;
  readonly y: readonly number[];
}

function expectOutput(layer: Layer, { x, shape = IMAGE, y, ...options }: Expected): void {
  const given = outputOf(layer, x ?? ramp(shape), shape, options);
  expect(given).toHaveLength(y.length);
  for (const [index, value] of y.entries()) expect(given[index], `value ${index}`).toBeCloseTo(value, 5);
}

describe('convolutions', () => {
  test('Conv2D: F.relu(F.conv2d(x, k.permute(3, 2, 0, 1), b))', () => {
    expectOutput(layers.conv2d({ ...DOUBLE, filters: 2, kernelSize: 2, activation: 'relu' }), {
      weights: [KERNEL, BIAS],
      y: [1.98, 2.04, 2.3, 2.52, 2.94, 3.48, 3.26, 3.96],
    });
  });

  test('Conv2D, same, stride 2: F.conv2d(F.pad(x, (0, 1, 0, 1)), k.permute(3, 2, 0, 1), b, stride=2)', () => {
    expectOutput(layers.conv2d({ ...DOUBLE, filters: 2, kernelSize: 2, strides: 2, padding: 'same' }), {
      weights: [KERNEL, BIAS],
      y: [1.98, 2.04, 0.6, 0.6, -0.88, -0.64, -1.21, -1.18],
    });
  });

  test('Conv2D, groups: F.conv2d(x, (ramp(2, 2, 1, 2) - 0.5).permute(3, 2, 0, 1), groups=2)', () => {
    expectOutput(layers.conv2d({ ...DOUBLE, filters: 2, kernelSize: 2, groups: 2, useBias: false }), {
      weights: [ramp([2, 2, 1, 2], -0.5)],
      y: [-0.04, 0.08, -0.2, 0, -0.52, -0.16, -0.68, -0.24],
    });
  });

  test('Conv2DTranspose: F.conv_transpose2d(x, k.permute(3, 2, 0, 1), b, stride=2), its first two rows', () => {
    const y = outputOf(
      layers.conv2dTranspose({ ...DOUBLE, filters: 2, kernelSize: 2, strides: 2 }),
      ramp(IMAGE),
      IMAGE,
      {
        weights: [KERNEL, BIAS],
      },
    );
    const rows = [
      [0.06, -0.22, 0.1, -0.18, -0.12, -0.32, 0.08, -0.12, -0.3, -0.42, 0.06, -0.06],
      [0.14, -0.14, 0.18, -0.1, 0.28, 0.08, 0.48, 0.28, 0.42, 0.3, 0.78, 0.66],
    ];
    expect(y).toHaveLength(72);
    for (const [index, value] of rows.flat().entries()) expect(y[index]).toBeCloseTo(value, 6);
  });

  test('DepthwiseConv2D: F.conv2d(x, k.permute(2, 3, 0, 1).reshape(4, 1, 2, 2), groups=2)', () => {
    expectOutput(layers.depthwiseConv2d({ ...DOUBLE, kernelSize: 2, depthMultiplier: 2, useBias: false }), {
      weights: [KERNEL],
      y: [0.72, 0.88, 1.16, 1.36, 0.8, 1.04, 1.4, 1.68, 0.96, 1.36, 1.88, 2.32, 1.04, 1.52, 2.12, 2.64],
    });
  });

  test('SeparableConv2D: F.conv2d(the depthwise result, (ramp(4, 3) - 0.6).t().reshape(3, 4, 1, 1))', () => {
    expectOutput(layers.separableConv2d({ ...DOUBLE, filters: 3, kernelSize: 2, depthMultiplier: 2, useBias: false }), {
      weights: [KERNEL, ramp([4, 3], -0.6)],
      y: [-0.288, 0.124, 0.536, -0.288, 0.204, 0.696, -0.288, 0.364, 1.016, -0.288, 0.444, 1.176],
    });
  });
});

describe('normalisation', () => {
  const GAMMA = [1.5, 0.5];
  const BETA = [0.1, -0.1];

  test('BatchNormalization in training: BatchNorm2d(2, eps=1e-3), weight [1.5, 0.5], bias [0.1, -0.1]', () => {
    expectOutput(layers.batchNormalization(DOUBLE), {
      weights: [GAMMA, BETA, [0, 0], [1, 1]],
      training: true,
      y: [
        -2.219445, -0.873148, -1.639584, -0.679861, -1.059723, -0.486574, -0.479861, -0.293287, 0.1, -0.1, 0.679861,
        0.093287, 1.259723, 0.286574, 1.839584, 0.479861, 2.419445, 0.673148,
      ],
    });
  });

  test('BatchNormalization in inference: running_mean [0.2, 0.3], running_var [2, 3], eval()', () => {
    expectOutput(layers.batchNormalization(DOUBLE), {
      weights: [GAMMA, BETA, [0.2, 0.3], [2, 3]],
      y: [
        -0.112079, -0.157725, 0.1, -0.1, 0.312079, -0.042275, 0.524158, 0.015451, 0.736237, 0.073176, 0.948316,
        0.130902, 1.160395, 0.188627, 1.372474, 0.246352, 1.584553, 0.304078,
      ],
    });
  });

  test('LayerNormalization: F.layer_norm(ramp(2, 3)**2, [3], tensor([1., 2., 3.]), tensor([.1, .2, .3]), 1e-3)', () => {
    expectOutput(layers.layerNormalization(DOUBLE), {
      shape: [2, 3],
      x: ramp([2, 3]).map((value) => value ** 2),
      weights: [
        [1, 2, 3],
        [0.1, 0.2, 0.3],
      ],
      y: [-0.364238, -0.171391, 2.249801, -0.954203, 0.01666, 3.737619],
    });
  });

  test('GroupNormalization: F.group_norm((ramp(1, 2, 1, 4)**2).permute(0, 3, 1, 2), 2, weight, bias, 1e-3)', () => {
    expectOutput(layers.groupNormalization({ ...DOUBLE, groups: 2 }), {
      shape: [1, 2, 1, 4],
      x: ramp([1, 2, 1, 4]).map((value) => value ** 2),
      weights: [
        [1, 2, 3, 4],
        [0.1, 0.2, 0.3, 0.4],
      ],
      y: [-0.857518, -1.532651, -2.949242, -2.875658, 0.601557, 2.844572, 2.122745, 5.577653],
    });
  });

  test('LocalResponseNormalization: F.local_response_norm(10 * ramp(1, 1, 1, 6), 5, alpha=5 * 1e-2, beta=0.75, k=2), which divides alpha by 5', () => {
    expectOutput(layers.localResponseNormalization({ ...DOUBLE, alpha: 1e-2 }), {
      shape: [1, 1, 1, 6],
      x: [0, 1, 2, 3, 4, 5],
      y: [0, 0.565184, 1.070864, 1.486675, 1.988084, 2.514867],
    });
  });

  test('Normalization with given statistics: (x - mean) / sqrt(variance)', () => {
    const nested = [[1, 2]] as unknown as number[];
    expectOutput(layers.normalization({ ...DOUBLE, mean: nested, variance: [4, 0.25] }), {
      shape: [2, 2],
      x: [1, 2, 5, 3],
      y: [0, 0, 2, 2],
    });
  });
});

describe('pooling and resizing', () => {
  test('AveragePooling2D, same: F.avg_pool2d(ramp(1, 3, 3, 1), 2, 2, ceil_mode=True, count_include_pad=False)', () => {
    expectOutput(layers.averagePooling2d({ ...DOUBLE, padding: 'same' }), {
      shape: [1, 3, 3, 1],
      y: [0.2, 0.35, 0.65, 0.8],
    });
  });

  test('UpSampling2D, bilinear: F.interpolate(ramp(1, 2, 2, 1), scale_factor=2, mode="bilinear")', () => {
    expectOutput(layers.upSampling2d({ ...DOUBLE, interpolation: 'bilinear' }), {
      shape: [1, 2, 2, 1],
      y: [0, 0.025, 0.075, 0.1, 0.05, 0.075, 0.125, 0.15, 0.15, 0.175, 0.225, 0.25, 0.2, 0.225, 0.275, 0.3],
    });
  });

  test('UpSampling2D repeats rows and columns', () => {
    expectOutput(layers.upSampling2d({ ...DOUBLE, size: [1, 2] }), {
      shape: [1, 2, 2, 1],
      y: [0, 0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3],
    });
  });

  test('Resizing, nearest: F.interpolate(ramp(1, 4, 3, 1), size=(2, 5), mode="nearest-exact")', () => {
    expectOutput(layers.resizing({ ...DOUBLE, height: 2, width: 5, interpolation: 'nearest' }), {
      shape: [1, 4, 3, 1],
      y: [0.3, 0.3, 0.4, 0.5, 0.5, 0.9, 0.9, 1.0, 1.1, 1.1],
    });
  });

  test('CenterCrop and Cropping2D cut, ZeroPadding2D adds', () => {
    const shape = [1, 3, 3, 1];
    expectOutput(layers.centerCrop({ ...DOUBLE, height: 1, width: 2 }), { shape, y: [0.3, 0.4] });
    expectOutput(
      layers.cropping2D({
        ...DOUBLE,
        cropping: [
          [1, 0],
          [0, 2],
        ],
      }),
      { shape, y: [0.3, 0.6] },
    );
    expectOutput(
      layers.zeroPadding2d({
        ...DOUBLE,
        padding: [
          [1, 0],
          [0, 1],
        ],
      }),
      {
        shape: [1, 1, 2, 1],
        y: [0, 0, 0, 0, 0.1, 0],
      },
    );
  });

  test('Resizing with a border: a row above and one below', () => {
    expectOutput(layers.resizing({ ...DOUBLE, height: 4, width: 4, padToAspectRatio: true, fillValue: 9 }), {
      shape: [1, 2, 4, 1],
      y: [9, 9, 9, 9, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 9, 9, 9, 9],
    });
  });

  test('Resizing keeps proportions: the middle columns of a wide image', () => {
    expectOutput(layers.resizing({ ...DOUBLE, height: 2, width: 2, cropToAspectRatio: true }), {
      shape: [1, 2, 4, 1],
      y: [0.1, 0.2, 0.5, 0.6],
    });
  });
});

describe('activations', () => {
  const X = [-2, -0.5, 0, 1.5];
  const rows: [string, number[]][] = [
    ['softplus', [0.126928, 0.474077, Math.LN2, 1.701413]],
    ['softsign', [-0.666667, -0.333333, 0, 0.6]],
    ['gelu', [-0.0455, -0.154269, 0, 1.399789]],
    ['silu', [-0.238406, -0.18877, 0, 1.226362]],
    ['swish', [-0.238406, -0.18877, 0, 1.226362]],
    ['tanh', [-0.964028, -0.462117, 0, 0.905148]],
    ['sigmoid', [0.119203, 0.377541, 0.5, 0.817574]],
    ['mish', [-0.252501, -0.220744, 0, 1.403378]],
    ['hard_silu', [-0.333333, -0.208333, 0, 1.125]],
    ['hard_sigmoid', [1 / 6, 5 / 12, 0.5, 0.75]],
    ['leaky_relu', [-0.4, -0.1, 0, 1.5]],
    ['exponential', X.map(Math.exp)],
  ];
  test.each(rows)('%s: torch.nn.functional', (activation, y) => {
    expectOutput(layers.activation({ ...DOUBLE, activation }), { shape: [1, 4], x: X, y });
    expectOutput(layers.dense({ ...DOUBLE, units: 4, useBias: false, activation, kernelInitializer: 'identity' }), {
      shape: [1, 4],
      x: X,
      y,
    });
  });

  test('layers with a slope, a bound or a threshold equal their formulas', () => {
    const shape = [1, 5];
    const x = [-2, -0.5, 0.25, 0.5, 3];
    expectOutput(layers.leakyReLU(DOUBLE), { shape, x, y: [-0.6, -0.15, 0.25, 0.5, 3] });
    expectOutput(layers.reLU({ ...DOUBLE, maxValue: 2, negativeSlope: 0.1, threshold: 0.5 }), {
      shape,
      x,
      y: [-0.25, -0.1, -0.025, 0.5, 2],
    });
    expectOutput(layers.thresholdedReLU(DOUBLE), { shape, x, y: [0, 0, 0, 0, 3] });
    expectOutput(layers.elu({ ...DOUBLE, alpha: 0.5 }), { shape: [1, 2], x: [-1, 2], y: [-0.31606, 2] });
    expectOutput(layers.prelu(DOUBLE), { shape, x, weights: [[0.5, 2, 9, 9, 9]], y: [-1, -1, 0.25, 0.5, 3] });
    expectOutput(layers.softmax({ ...DOUBLE, axis: 1 }), {
      shape: [1, 2, 2],
      x: [0, 5, 0, 5],
      y: [0.5, 0.5, 0.5, 0.5],
    });
  });
});

describe('shapes', () => {
  test('Permute counts axes from 1', () => {
    expectOutput(layers.permute({ ...DOUBLE, dims: [2, 1] }), { shape: [1, 2, 3], y: [0, 0.3, 0.1, 0.4, 0.2, 0.5] });
  });

  test('inputs of a lower rank get axes of 1 behind the batch when they are merged, as in Keras', () => {
    tidy(() => {
      const a = reshape(range(0, 8), [2, 2, 2]);
      const b = reshape(range(0, 4), [2, 2]);
      // keras.layers.Add()([a, b]) = a + b[:, None, :]
      expect([...layers.add().apply([a, b]).dataSync()]).toEqual([0, 2, 2, 4, 6, 8, 8, 10]);
      expect([...layers.maximum().apply([b, a]).dataSync()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });
  });

  test('Rescaling', () => {
    expectOutput(layers.rescaling({ ...DOUBLE, scale: 10, offset: -1 }), { shape: [1, 3], y: [-1, 0, 1] });
  });
});
