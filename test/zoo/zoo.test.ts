import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import type { SerializedObject } from '../../src/base/serialization.js';
import { clearSession } from '../../src/layers/base/naming.js';
import type { Model } from '../../src/models/model.js';
import type { SummaryData } from '../../src/models/summary.js';
import { memory } from '../../src/tensor/scope.js';
import {
  customResnet50,
  googlenet,
  googlenetValid,
  inceptionV3,
  resnet50,
  vgg16,
  vgg19,
  type ZooOptions,
  zoo,
} from '../../src/zoo/index.js';
import { canonical, type Reference } from '../models/reference.js';

const FIXTURES = new URL('../fixtures/summaries/', import.meta.url);
const SHARED = new URL('../../../shared/reference/summaries/', import.meta.url);
const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
const reference = (name: string): Reference => JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8'));

/** Totals of models whose articles print no whole table. */
const TOTALS: Record<string, Partial<SummaryData['totals']>> = {
  googlenet: { Total: 10_334_030, Trainable: 10_334_030, 'Non-trainable': 0 },
  resnet50_signs: { Total: 23_600_006, Trainable: 23_546_886 },
  inception_v3: { Total: 23_851_784 },
  resnet50_scratch: { Total: 23_595_908 },
  resnet50_keras: { Total: 25_636_712 },
  // Without groups 62,378,344, and two batch norms.
  alexnet: { Total: 62_378_344 + 4 * (96 + 256) },
  // Keras's own: https://keras.io/api/applications/
  vgg16: { Total: 138_357_544 },
  vgg19: { Total: 143_667_240 },
  xception: { Total: 22_910_480, Trainable: 22_855_952, 'Non-trainable': 54_528 },
  mobilenet: { Total: 4_253_864, Trainable: 4_231_976, 'Non-trainable': 21_888 },
  mobilenet_v3_large: { Total: 5_507_432 },
  mobilenet_v3_small: { Total: 2_554_968 },
  mobilenet_v2: { Total: 3_538_984, Trainable: 3_504_872, 'Non-trainable': 34_112 },
  densenet121: { Total: 8_062_504, Trainable: 7_978_856, 'Non-trainable': 83_648 },
  densenet169: { Total: 14_307_880 },
  densenet201: { Total: 20_242_984 },
  efficientnet_b0: { Total: 5_330_571 },
  efficientnet_b1: { Total: 7_856_239 },
  efficientnet_b2: { Total: 9_177_569 },
  efficientnet_b3: { Total: 12_320_535 },
  efficientnet_b4: { Total: 19_466_823 },
  efficientnet_b5: { Total: 30_562_527 },
  efficientnet_b6: { Total: 43_265_143 },
  efficientnet_b7: { Total: 66_658_687 },
  resnet101: { Total: 44_707_176 },
  resnet152: { Total: 60_419_944 },
  resnet50_v2: { Total: 25_613_800, Trainable: 25_568_360, 'Non-trainable': 45_440 },
  resnet101_v2: { Total: 44_675_560 },
  resnet152_v2: { Total: 60_380_648 },
};

beforeEach(() => clearSession());

describe('summaries', () => {
  test('there is a model for each reference, and a reference or a total for each model', () => {
    expect(names.filter((name) => !(name in zoo))).toEqual([]);
    expect(Object.keys(zoo).filter((name) => !names.includes(name) && !(name in TOTALS))).toEqual([
      // Its article prints neither; see below.
      'googlenet_valid',
    ]);
  });

  test.each(names)('%s equals the reference', (name) => {
    const wanted = reference(name);
    const summary = zoo[name]().summary({ json: true });
    const { head, tail, layers, totals } = canonical(summary, wanted);
    expect(totals).toEqual(wanted.totals);
    expect(layers).toEqual(wanted.layers);
    if (wanted.elided) expect(Math.min(head, tail)).toBeGreaterThanOrEqual(5);
    else expect(summary.layers).toHaveLength(wanted.layers.length);
  });

  test.each(Object.entries(TOTALS))('%s has the total that is reported', (name, totals) => {
    expect(zoo[name]().summary({ json: true }).totals).toMatchObject(totals);
  });

  test.skipIf(!existsSync(SHARED))('fixtures with the names of files in ../shared equal them', () => {
    for (const file of readdirSync(SHARED)) {
      expect(readFileSync(new URL(file, FIXTURES), 'utf8')).toBe(readFileSync(new URL(file, SHARED), 'utf8'));
    }
  });

  test('a model of 138 million parameters takes no memory until they are read', () => {
    const before = memory();
    expect(vgg16().summary({ json: true }).totals.Total).toBe(138_357_544);
    expect(memory()).toEqual(before);
  });
});

describe('options', () => {
  test('without the top: the feature map, or its pooling', () => {
    expect(vgg19({ includeTop: false }).outputShape).toEqual([null, 7, 7, 512]);
    expect(resnet50({ includeTop: false, inputShape: [64, 64, 3] }).outputShape).toEqual([null, 2, 2, 2048]);
    expect(resnet50({ includeTop: false, pooling: 'avg', inputShape: [64, 64, 3] }).outputShape).toEqual([null, 2048]);
    expect(inceptionV3({ includeTop: false, pooling: 'max', inputShape: [75, 75, 3] }).outputShape).toEqual([
      null,
      2048,
    ]);
    expect(resnet50({ includeTop: false }).countParams()).toBe(23_587_712);
    expect(inceptionV3({ includeTop: false }).countParams()).toBe(21_802_784);
  });

  test('images of any size where the classifier does not fix it', () => {
    const { outputShape } = vgg16({ includeTop: false, inputShape: [null, null, 3] });
    expect(outputShape).toEqual([null, null, null, 512]);
  });

  test('both naming generations of ResNet-50 are one network', () => {
    const blocks = resnet50();
    const branches = resnet50({ naming: 'branches' });
    expect(branches.summary({ json: true }).totals).toEqual(blocks.summary({ json: true }).totals);
    const shapes = (model: typeof blocks) => model.weights.map(({ shape }) => shape.join('x')).sort();
    expect(shapes(branches)).toEqual(shapes(blocks));
    for (const name of ['conv1', 'bn_conv1', 'res2a_branch2a', 'bn2a_branch1', 'res5c_branch2c', 'fc1000']) {
      expect(branches.getLayer(name).name).toBe(name);
    }
    for (const name of ['conv1_conv', 'conv2_block1_0_bn', 'conv4_block6_out', 'predictions']) {
      expect(blocks.getLayer(name).name).toBe(name);
    }
  });

  test('initial weights: as Keras had them when each was written', () => {
    const kernels = (model: Model) =>
      new Set(
        model.layers.flatMap((layer) => (layer.getConfig().kernelInitializer as SerializedObject)?.className ?? []),
      );
    // Keras 2.1's blocks and TensorFlow's ResNet-50 name no initializer; keras-applications 1.0 names He's, but for the
    // classifier.
    expect([...kernels(customResnet50())]).toEqual(['GlorotUniform']);
    expect([...kernels(resnet50())]).toEqual(['GlorotUniform']);
    expect([...kernels(resnet50({ naming: 'branches' }))]).toEqual(['HeNormal', 'GlorotUniform']);
  });

  test('GoogLeNet: three outputs, one without the auxiliary classifiers', () => {
    const whole = googlenet({ classes: 7 });
    expect(whole.outputNames).toEqual(['output', 'auxilliary_output_1', 'auxilliary_output_2']);
    expect(whole.outputs.map(({ shape }) => shape)).toEqual([
      [null, 7],
      [null, 7],
      [null, 7],
    ]);
    expect(googlenet({ auxiliary: false }).outputs).toHaveLength(1);
    expect(googlenetValid().outputs.map(({ shape }) => shape[1])).toEqual([1000, 5, 1000]);
    expect(googlenetValid().getLayer('GAPL').className).toBe('GlobalAveragePooling2D');
    const narrow = googlenet({ widthMultiplier: 1 / 16, inputShape: [80, 80, 3] });
    expect(narrow.getLayer('inception_4a').output).toMatchObject({ shape: [null, 5, 5, 32] });
  });

  test('GoogLeNet: the rows that its article prints, local response normalization among them', () => {
    const { layers, totals } = googlenet({ localResponseNormalization: true }).summary({ json: true });
    const rows = layers.map(({ name, type, params, inbound }) => [name, type, params, inbound[0]]);
    expect(rows.slice(1, 4)).toEqual([
      ['conv_1_7x7/2', 'Conv2D', 9472, 'input[0][0]'],
      ['max_pool_1_3x3/2', 'MaxPooling2D', 0, 'conv_1_7x7/2[0][0]'],
      ['norm1', 'LRN2D', 0, 'max_pool_1_3x3/2[0][0]'],
    ]);
    expect(rows.slice(-6)).toEqual([
      ['dropout_2', 'Dropout', 0, 'avg_pool_5_3x3/1[0][0]'],
      ['dropout', 'Dropout', 0, 'dense[0][0]'],
      ['dropout_1', 'Dropout', 0, 'dense_1[0][0]'],
      ['output', 'Dense', 10_250, 'dropout_2[0][0]'],
      ['auxilliary_output_1', 'Dense', 10_250, 'dropout[0][0]'],
      ['auxilliary_output_2', 'Dense', 10_250, 'dropout_1[0][0]'],
    ]);
    expect(totals.Total).toBe(10_334_030);
  });

  test('invalid options are refused', () => {
    expect(() => vgg16({ weights: 'imagenet' } as unknown as ZooOptions)).toThrow(
      "vgg16: weights is 'imagenet', expected null",
    );
    expect(() => resnet50({ naming: 'old' as 'blocks' })).toThrow("resnet50: naming is 'old'");
    expect(() => vgg16({ includeTop: false, pooling: 'mean' as 'avg' })).toThrow("vgg16: pooling is 'mean'");
    expect(() => googlenet({ widthMultiplier: 0 })).toThrow('googlenet: widthMultiplier is 0');
    expect(() => googlenet({ inputShape: [64, 64, 3] })).toThrow(/average_pooling2d/);
    expect(() => inceptionV3({ inputShape: [32, 32, 3] })).toThrow(/\(MaxPooling2D\)|\(Conv2D\)/);
  });
});
