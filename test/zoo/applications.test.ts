import { beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { clearSession } from '../../src/layers/base/naming.js';
import type { Model } from '../../src/models/model.js';
import {
  densenet121,
  efficientnetB0,
  mobilenet,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  resnet50,
  resnet50V2,
  resnet101,
  xception,
  zoo,
} from '../../src/zoo/index.js';

beforeEach(() => clearSession());

const config = (model: Model, layer: string) => model.getLayer(layer).getConfig();
const totals = (model: Model) => model.summary({ json: true }).totals;

/** Layers in the order of Keras's sources: some from each model's beginning, middle and end. */
const NAMES: Record<string, readonly string[]> = {
  mobilenet_v2: [
    'Conv1',
    'bn_Conv1',
    'Conv1_relu',
    'expanded_conv_depthwise',
    'expanded_conv_project_BN',
    'block_1_expand',
    'block_1_pad',
    'block_2_add',
    'block_16_depthwise_relu',
    'block_16_project_BN',
    'Conv_1',
    'Conv_1_bn',
    'out_relu',
    'global_average_pooling2d',
    'predictions',
  ],
  mobilenet: [
    'conv1',
    'conv1_bn',
    'conv1_relu',
    'conv_dw_1',
    'conv_pad_2',
    'conv_pw_13_relu',
    'dropout',
    'conv_preds',
    'reshape_2',
    'predictions',
  ],
  mobilenet_v3_large: [
    'rescaling',
    'conv',
    'conv_bn',
    'expanded_conv_depthwise',
    'expanded_conv_add',
    'expanded_conv_1_depthwise_pad',
    'expanded_conv_3_squeeze_excite_conv_1',
    'expanded_conv_14_project_bn',
    'conv_1',
    'conv_2',
    'logits',
    'predictions',
  ],
  mobilenet_v3_small: [
    'expanded_conv_squeeze_excite_mul',
    'expanded_conv_2_add',
    'expanded_conv_10_add',
    'predictions',
  ],
  densenet121: [
    'zero_padding2d',
    'conv1_conv',
    'conv1_relu',
    'zero_padding2d_1',
    'pool1',
    'conv2_block1_0_bn',
    'conv2_block6_concat',
    'pool2_bn',
    'pool4_pool',
    'conv5_block16_2_conv',
    'bn',
    'relu',
    'avg_pool',
    'predictions',
  ],
  efficientnet_b0: [
    'rescaling',
    'normalization',
    'stem_conv_pad',
    'stem_conv',
    'stem_activation',
    'block1a_dwconv',
    'block1a_se_squeeze',
    'block1a_se_excite',
    'block2a_expand_conv',
    'block2a_dwconv_pad',
    'block2b_drop',
    'block2b_add',
    'block7a_project_bn',
    'top_conv',
    'top_activation',
    'avg_pool',
    'top_dropout',
    'predictions',
  ],
  resnet50_v2: [
    'conv1_pad',
    'conv1_conv',
    'pool1_pool',
    'conv2_block1_preact_bn',
    'conv2_block1_0_conv',
    'conv2_block1_out',
    'conv2_block3_2_pad',
    'max_pooling2d',
    'conv5_block3_out',
    'post_bn',
    'post_relu',
    'avg_pool',
    'predictions',
  ],
  resnet101: ['conv1_conv', 'conv2_block1_0_bn', 'conv4_block23_out', 'conv5_block3_add', 'avg_pool', 'predictions'],
  resnet152: ['conv3_block8_out', 'conv4_block36_3_conv', 'predictions'],
  xception: [
    'block1_conv1',
    'block1_conv2_act',
    'block2_sepconv1',
    'block2_sepconv2_act',
    'block2_pool',
    'block3_sepconv1_act',
    'block12_sepconv3_bn',
    'block13_pool',
    'block14_sepconv2_act',
    'avg_pool',
    'predictions',
  ],
};

describe('models of keras.applications', () => {
  test.each(Object.entries(NAMES))('%s: layers are named and ordered as in Keras', (name, wanted) => {
    const known = new Set(wanted);
    const layers = zoo[name]().layers.map((layer) => layer.name);
    expect(layers.filter((layer) => known.has(layer))).toEqual(wanted);
    expect(layers.at(-1)).toBe(wanted.at(-1));
  });

  test('models are named as in Keras', () => {
    expect(mobilenet().name).toBe('mobilenet_1.00_224');
    expect(mobilenetV2({ alpha: 0.35, inputShape: [96, 96, 3] }).name).toBe('mobilenetv2_0.35_96');
    expect(mobilenetV2({ name: 'mine' }).name).toBe('mine');
    expect(mobilenetV3Small().name).toBe('MobileNetV3Small');
    for (const name of ['xception', 'densenet169', 'resnet152']) expect(zoo[name]().name).toBe(name);
    expect(zoo.efficientnet_b3().name).toBe('efficientnetb3');
    expect(resnet50V2().name).toBe('resnet50v2');
  });

  test('without the classifier: counts of parameters are those of Keras, pooling named where Keras names it', () => {
    const bare = { includeTop: false } as const;
    expect(mobilenetV2(bare).countParams()).toBe(2_257_984);
    expect(mobilenet(bare).countParams()).toBe(3_228_864);
    expect(densenet121(bare).countParams()).toBe(7_037_504);
    expect(efficientnetB0(bare).countParams()).toBe(4_049_571);
    expect(resnet50V2(bare).countParams()).toBe(23_564_800);
    expect(resnet101(bare).countParams()).toBe(42_658_176);
    expect(xception(bare).countParams()).toBe(20_861_480);
    const pooled = { includeTop: false, pooling: 'avg' } as const;
    for (const make of [densenet121, efficientnetB0, resnet50, resnet50V2, mobilenetV3Large]) {
      expect(make(pooled).layers.at(-1)?.name).toBe('avg_pool');
    }
    expect(resnet50({ ...pooled, pooling: 'max' }).layers.at(-1)?.name).toBe('max_pool');
    expect(mobilenetV2(pooled).layers.at(-1)?.name).toBe('global_average_pooling2d');
  });
});

test('images of any size, also where the trial of sizes makes values that no tensor could hold', () => {
  const anySize = { includeTop: false, inputShape: [null, null, 3] } as const;
  expect(mobilenetV2(anySize).outputShape).toEqual([null, null, null, 1280]);
  expect(resnet50(anySize).outputShape).toEqual([null, null, null, 2048]);
  expect(zoo.efficientnet_b7(anySize).outputShape).toEqual([null, null, null, 2560]);
});

describe('MobileNets', () => {
  // Millions of parameters without batch norms, from the table in Keras's documentation of MobileNetV2.
  test.each([
    [1.4, 6.06],
    [1.3, 5.34],
    [1, 3.47],
    [0.75, 2.61],
    [0.5, 1.95],
    [0.35, 1.66],
  ])('V2: alpha %d gives %d million parameters', (alpha, millions) => {
    const { Total, 'Non-trainable': moments } = totals(mobilenetV2({ alpha }));
    expect((Total - 2 * moments) / 1e6).toBeCloseTo(millions, 2);
  });

  // The paper's tables 6 and 8, in millions.
  test.each([
    [1, 4.2],
    [0.75, 2.6],
    [0.5, 1.3],
    [0.25, 0.5],
  ])('V1: alpha %d gives %d million parameters', (alpha, millions) => {
    const { Total, 'Non-trainable': moments } = totals(mobilenet({ alpha }));
    expect((Total - 2 * moments) / 1e6).toBeCloseTo(millions, 1);
  });

  test("padding before strides of 2 is that of TensorFlow's same: one less before even sizes", () => {
    const even = mobilenetV2({ includeTop: false });
    expect(config(even, 'block_1_pad').padding).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const odd = mobilenetV2({ includeTop: false, inputShape: [64, 75, 3] });
    expect(config(odd, 'block_3_pad').padding).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(config(efficientnetB0(), 'block3a_dwconv_pad').padding).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('V3: minimalistic has neither squeeze-and-excitation nor hard swish nor 5×5 windows', () => {
    const model = mobilenetV3Large({ minimalistic: true, includePreprocessing: false });
    const kinds = new Set(model.layers.map((layer) => layer.className));
    expect(kinds.has('Rescaling')).toBe(false);
    expect(kinds.has('Multiply')).toBe(false);
    expect(model.layers.filter((layer) => layer.className === 'Activation').map((layer) => layer.name)).toEqual([
      'predictions',
    ]);
    expect(config(model, 'expanded_conv_3_depthwise').kernelSize).toEqual([3, 3]);
    expect(config(mobilenetV3Large(), 'expanded_conv_3_depthwise').kernelSize).toEqual([5, 5]);
  });

  test('options out of range are refused', () => {
    expect(() => mobilenetV2({ alpha: 0 })).toThrow('mobilenetV2: alpha is 0');
    expect(() => mobilenet({ dropout: 1 })).toThrow('mobilenet: dropout is 1');
    expect(() => mobilenetV3Small({ minimalistic: 1 as unknown as boolean })).toThrow(
      'mobilenetV3Small: minimalistic is 1',
    );
    expect(() => efficientnetB0({ pooling: 'mean' as 'avg' })).toThrow("efficientnetB0: pooling is 'mean'");
  });
});

describe('EfficientNet', () => {
  test('the rates of dropped blocks grow from the first to the last', () => {
    const model = efficientnetB0();
    expect(config(model, 'block2b_drop').rate).toBeCloseTo((0.2 * 2) / 16, 12);
    expect(config(model, 'block6d_drop').rate).toBeCloseTo((0.2 * 14) / 16, 12);
    expect(config(model, 'block6d_drop').noiseShape).toEqual([null, 1, 1, 1]);
    expect(config(zoo.efficientnet_b7(), 'top_dropout').rate).toBe(0.5);
  });

  test("imagenetScaling adds the scaling of Keras's models with weights of ImageNet", () => {
    const model = efficientnetB0({ imagenetScaling: true });
    expect(model.layers.slice(1, 4).map((layer) => layer.name)).toEqual(['rescaling', 'normalization', 'rescaling_1']);
    expect(config(model, 'rescaling_1').scale).toEqual([0.229, 0.224, 0.225].map((value) => 1 / Math.sqrt(value)));
    expect(model.countParams()).toBe(5_330_571);
  });

  test('without preprocessing: neither scaling nor normalization', () => {
    const model = efficientnetB0({ includePreprocessing: false });
    expect(model.layers[1].name).toBe('stem_conv_pad');
    // Mean and variance of three channels, and the count.
    expect(model.countParams()).toBe(5_330_571 - 7);
  });
});
