import { beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { plotModel } from '../../src/plots/index.js';
import { layerKind } from '../../src/plots/model/layer-kinds.js';
import { intoColumns } from '../../src/plots/model/model-columns.js';
import { foldBlocks } from '../../src/plots/model/model-fold.js';
import { placeOutline } from '../../src/plots/model/model-layout.js';
import { outlineOf } from '../../src/plots/model/model-outline.js';
import { rasterizeSvg } from '../../src/plots/rasterize-svg.js';
import { memory } from '../../src/tensor/scope.js';
import { googlenet, inceptionV3, lenet5, resnet50, resnet50Scratch, vgg16 } from '../../src/zoo/index.js';
import { all, parseXml, texts } from './xml.js';

const WIDTH = 230;

/** Two towers that are one model, which has a model in it. */
function siamese(): Model {
  const [left, right] = ['left', 'right'].map((name) => input({ shape: [16, 16, 3], name }));
  const x = input({ shape: [16, 16, 3] });
  const head = sequential({ name: 'head', layers: [layers.globalAveragePooling2d(), layers.dense({ units: 4 })] });
  const inner = layers.conv2d({ filters: 8, kernelSize: 3, name: 'inside' }).apply(x);
  const tower = model({ inputs: x, outputs: head.apply(inner), name: 'tower' });
  const pair = layers.concatenate({ name: 'pair' }).apply([tower.apply(left), tower.apply(right)]);
  return model({ inputs: [left, right], outputs: pair, name: 'siamese' });
}

const textsOf = (svg: string) => texts(parseXml(svg));
const arrows = (svg: string) =>
  all(parseXml(svg), 'path').filter(({ attributes }) => attributes.d.endsWith('Z')).length;

beforeEach(() => clearSession());

describe('contents', () => {
  test('every layer with its name, window, shape and parameters', () => {
    const svg = plotModel(lenet5());
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'lenet5',
        '1 input, 8 layers · 107,786 parameters',
        'Conv2D 5×5',
        'conv2d_1',
        '14×14×16',
        '2,416',
      ]),
    );
    expect(arrows(svg)).toBe(8);
    expect(parseXml(svg).attributes['aria-label']).toBe('lenet5: 1 input, 8 layers · 107,786 parameters');
  });

  test('rows attached to a box with their parameters, and factors of upsampling', () => {
    const small = sequential({ name: 'small' });
    small.add(layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }));
    small.add(layers.batchNormalization());
    small.add(layers.upSampling2d({ size: 2 }));
    small.add(layers.upSampling2d({ size: [2, 3] }));
    const shown = textsOf(plotModel(small));
    expect(shown.slice(shown.indexOf('BatchNorm')).slice(0, 3)).toEqual(['BatchNorm', 'batch_normalization', '16']);
    expect(shown).toEqual(expect.arrayContaining(['UpSampling2D ×2', 'UpSampling2D ×2×3']));
    expect(textsOf(plotModel(small, { showShapes: false }))).not.toContain('16');
  });

  test('without shapes', () => {
    const shown = textsOf(plotModel(lenet5(), { showShapes: false }));
    expect(shown).toContain('conv2d_1');
    expect(shown).not.toContain('14×14×16');
    expect(shown).not.toContain('2,416');
  });

  test('names of any kind, in every theme', () => {
    const net = sequential({
      name: '<net> & "co"',
      layers: [layers.dense({ units: 2, inputShape: [3], name: '<b>&' })],
    });
    for (const theme of ['light', 'dark', 'page'] as const) {
      expect(textsOf(plotModel(net, { theme }))).toEqual(expect.arrayContaining(['<net> & "co"', '<b>&']));
    }
  });

  test('a model that is not built has no picture', () => {
    expect(() => plotModel(sequential({ layers: [layers.dense({ units: 2 })] }))).toThrow('not built');
  });

  test('no weight is made for a picture', () => {
    const before = memory();
    plotModel(vgg16());
    expect(memory()).toEqual(before);
  });

  test('kinds', () => {
    const kinds = {
      InputLayer: 'input',
      Conv2DTranspose: 'convolution',
      DepthwiseConv2D: 'convolution',
      LayerNormalization: 'normalization',
      GlobalMaxPooling2D: 'pooling',
      Average: 'merge',
      AveragePooling2D: 'pooling',
      LeakyReLU: 'activation',
      SpatialDropout2D: 'dropout',
      ZeroPadding2D: 'shape',
      Sequential: 'model',
      Mystery: 'other',
    };
    for (const [className, kind] of Object.entries(kinds)) expect(layerKind(className), className).toBe(kind);
  });
});

describe('nested models', () => {
  test('are opened, a frame around each call', () => {
    const svg = plotModel(siamese());
    expect(textsOf(svg).filter((text) => text === 'tower')).toHaveLength(2);
    expect(textsOf(svg).filter((text) => text === 'head')).toHaveLength(2);
    expect(textsOf(svg).filter((text) => text === 'inside')).toHaveLength(2);
    const { frames, stacks } = placeOutline(outlineOf(siamese(), true), WIDTH);
    expect(frames.map(({ label }) => label).sort()).toEqual(['head', 'head', 'tower', 'tower']);
    for (const frame of frames) {
      for (const { items, x, y, height } of stacks.filter((stack) => stack.items[0].frame === frame.id)) {
        const inside =
          x > frame.x && x + WIDTH < frame.x + frame.width && y > frame.y && y + height < frame.y + frame.height;
        expect(inside, items[0].name).toBe(true);
      }
    }
  });

  test('stay closed when that is asked for', () => {
    const shown = textsOf(plotModel(siamese(), { nested: false }));
    expect(shown.filter((text) => text === 'tower')).toHaveLength(2);
    expect(shown).not.toContain('inside');
    expect(shown).toContain('Functional');
  });
});

describe('blocks that fold', () => {
  const folded = (net: Model, fold: true | string[] = true) => foldBlocks(outlineOf(net, true), fold);
  const blocks = (net: Model, fold?: true | string[]) => folded(net, fold).items.filter(({ kind }) => kind === 'block');

  test('residual blocks of ResNet-50, whatever the names', () => {
    const named = blocks(resnet50());
    expect(named.map(({ title }) => title)).toEqual(
      [3, 4, 6, 3].flatMap((count, stage) => Array.from({ length: count }, (_, i) => `conv${stage + 2}_block${i + 1}`)),
    );
    expect(named[0]).toMatchObject({ shape: '56×56×256', layers: 12, parameters: 76_928 });
    expect(
      blocks(resnet50({ naming: 'branches' }))
        .map(({ title }) => title)
        .slice(0, 4),
    ).toEqual(['res2a', 'res2b', 'res2c', 'res3a']);
    expect(blocks(resnet50Scratch())).toHaveLength(16);
  });

  test('inception modules; the auxiliary classifiers stay', () => {
    const { items } = folded(googlenet());
    const titles = items.map(({ title }) => title);
    for (const place of ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b'])
      expect(titles).toContain(`inception_${place}`);
    expect(items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['auxilliary_output_1', 'auxilliary_output_2', 'output']),
    );
    expect(blocks(inceptionV3()).map(({ title }) => title)).toEqual(Array.from({ length: 11 }, (_, i) => `mixed${i}`));
  });

  test('by the beginnings of names', () => {
    const prefixes = [1, 2, 3, 4, 5].map((i) => `block${i}_`);
    expect(blocks(vgg16(), prefixes).map(({ title, layers: count }) => [title, count])).toEqual([
      ['block1', 3],
      ['block2', 3],
      ['block3', 4],
      ['block4', 4],
      ['block5', 4],
    ]);
    expect(textsOf(plotModel(vgg16(), { fold: prefixes }))).toContain('block, 4 layers');
  });

  test.each([resnet50, googlenet, inceptionV3])('nothing is lost', (make) => {
    const net = make();
    const whole = outlineOf(net, true);
    const { items, links } = folded(net);
    expect(items.reduce((total, { parameters }) => total + parameters, 0)).toBe(net.countParams());
    expect(items.reduce((total, item) => total + item.layers, 0)).toBe(whole.items.length);
    const ids = new Set(items.map(({ id }) => id));
    expect(links.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
  });

  test('a network whose last layers read its first ones is not a block', () => {
    const x = input({ shape: [8, 8, 4], name: 'x' });
    let y = x;
    for (let i = 0; i < 50; i++) y = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(y);
    expect(blocks(model({ inputs: x, outputs: layers.add().apply([x, y]) }))).toEqual([]);
  });

  test('a block whose inside is used outside stays open', () => {
    const x = input({ shape: [8], name: 'x' });
    const left = layers.dense({ units: 8 }).apply(x);
    const right = layers.dense({ units: 8 }).apply(x);
    const sum = layers.add().apply([left, right]);
    expect(blocks(model({ inputs: x, outputs: sum }))).toHaveLength(1);
    expect(blocks(model({ inputs: x, outputs: [sum, layers.dense({ units: 1 }).apply(left)] }))).toEqual([]);
  });
});

describe('the layout', () => {
  const placed = (net: Model) => {
    const result = placeOutline(outlineOf(net, true), WIDTH);
    intoColumns(result, WIDTH);
    return result;
  };

  test.each([
    ['LeNet-5', lenet5],
    ['GoogLeNet', googlenet],
    ['ResNet-50', resnet50],
    ['two towers', siamese],
  ])('%s: boxes keep apart, lines begin and end at them', (_, make) => {
    const { stacks, routes, width, height } = placed(make());
    for (const [index, a] of stacks.entries()) {
      expect(a.x >= -0.01 && a.x + WIDTH <= width + 0.01 && a.y >= 0 && a.y + a.height <= height + 0.01).toBe(true);
      for (const b of stacks.slice(index + 1)) {
        const apart = a.x + WIDTH <= b.x || b.x + WIDTH <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.id} and ${b.id}`).toBe(true);
      }
    }
    const position = new Map(stacks.map((stack) => [stack.id, stack]));
    const leads = new Map<string, boolean>();
    for (const { from, to, points, trunk } of routes) {
      const [source, target] = [position.get(from)!, position.get(to)!];
      const end = points[points.length - 1];
      expect(end.y).toBeCloseTo(target.y, 3);
      expect(end.x > target.x && end.x < target.x + WIDTH).toBe(true);
      const start = trunk[0] ?? points[0];
      const fromSource =
        Math.abs(start.y - source.y - source.height) < 0.01 && start.x > source.x && start.x < source.x + WIDTH;
      leads.set(from, (leads.get(from) ?? false) || fromSource);
    }
    expect([...leads.values()].every(Boolean)).toBe(true);
  });

  test('a tall model continues in further columns, a small one does not', () => {
    const tall = placed(resnet50());
    expect(tall.routes.filter(({ trunk }) => trunk.length > 0)).toHaveLength(3);
    expect(tall.width / tall.height).toBeGreaterThan(0.8);
    expect(placed(lenet5()).routes.every(({ trunk }) => trunk.length === 0)).toBe(true);
  });
});

describe('rasterizeSvg', async () => {
  const name = '@resvg/resvg-js';
  const installed = await import(name).then(
    () => true,
    () => false,
  );

  test.runIf(installed)('gives a PNG (needs @resvg/resvg-js)', async () => {
    const png = await rasterizeSvg(plotModel(lenet5()), 1);
    expect([...png.slice(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    await expect(rasterizeSvg('no picture')).rejects.toThrow('rasterizeSvg: ');
  });

  test.skipIf(installed)('says what to install (where @resvg/resvg-js is missing)', async () => {
    await expect(rasterizeSvg(plotModel(lenet5()))).rejects.toThrow('npm install @resvg/resvg-js');
  });

  test('refuses an invalid scale', async () => {
    await expect(rasterizeSvg('<svg/>', 0)).rejects.toThrow('rasterizeSvg: scale is 0');
  });
});
