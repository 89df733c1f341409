import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { customResnet50, lenet5, resnet50Scratch } from '../../src/zoo/index.js';

const SEEDS = new URL('../../../shared/seeds/', import.meta.url);
const seed = (number: string): string => {
  const file = readdirSync(SEEDS).find((name) => name.startsWith(number))!;
  return readFileSync(new URL(file, SEEDS), 'utf8');
};

function linesOf(each: Model): string[] {
  const lines: string[] = [];
  each.summary({ printFn: (line) => lines.push(line.trimEnd()) });
  return lines;
}

/** The table that begins at a title, as an article prints it. */
function tableOf(article: string, title: string): string[] {
  const lines = article.slice(article.indexOf(title)).split('\n');
  const end = lines.findIndex((line) => line.startsWith('Non-trainable params'));
  return lines.slice(0, end + 1).map((line) => line.trimEnd());
}

beforeEach(() => clearSession());

describe('the text', () => {
  test('of a chain', () => {
    const lines = linesOf(
      sequential({
        name: 'small',
        layers: [
          layers.conv2d({ filters: 6, kernelSize: 5, inputShape: [28, 28, 1] }),
          layers.averagePooling2d(),
          layers.flatten(),
          layers.dense({ units: 10, trainable: false }),
        ],
      }),
    );
    expect(lines.join('\n')).toBe(`Model: "small"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
conv2d (Conv2D)              (None, 24, 24, 6)         156
_________________________________________________________________
average_pooling2d (AveragePo (None, 12, 12, 6)         0
_________________________________________________________________
flatten (Flatten)            (None, 864)               0
_________________________________________________________________
dense (Dense)                (None, 10)                8650
=================================================================
Total params: 8,806
Trainable params: 156
Non-trainable params: 8,650
_________________________________________________________________`);
  });

  test('of a graph that branches, with a shared layer and a list of shapes', () => {
    const a = input({ shape: [4], name: 'a' });
    const b = input({ shape: [4], name: 'b' });
    const shared = layers.dense({ units: 3, name: 'shared' });
    const sum = layers.add({ name: 'sum' }).apply([shared.apply(a), shared.apply(b)]);
    const twins = model({ inputs: [a, b], outputs: [sum, shared.apply(a)], name: 'twins' });
    const x = input({ shape: [4], name: 'x' });
    const [first] = twins.apply([x, x]) as unknown as (typeof x)[];
    expect(linesOf(model({ inputs: x, outputs: first, name: 'whole' })).join('\n')).toBe(`Model: "whole"
__________________________________________________________________________________________________
Layer (type)                    Output Shape         Param #     Connected to
==================================================================================================
x (InputLayer)                  [(None, 4)]          0
__________________________________________________________________________________________________
twins (Functional)              [(None, 3), (None, 3 15          x[0][0]
                                                                 x[0][0]
==================================================================================================
Total params: 15
Trainable params: 15
Non-trainable params: 0
__________________________________________________________________________________________________`);
    const row = twins.summary({ json: true }).layers.find(({ name }) => name === 'shared')!;
    expect(row.inbound.slice(0, 2)).toEqual(['a[0][0]', 'b[0][0]']);
    expect(row.params).toBe(15);
  });

  test('of a shared layer whose calls give other shapes', () => {
    const a = input({ shape: [8, 8, 3] });
    const b = input({ shape: [6, 6, 3] });
    const shared = layers.conv2d({ filters: 2, kernelSize: 3, name: 'shared' });
    const outputs = [shared.apply(a), shared.apply(b)];
    const data = model({ inputs: [a, b], outputs }).summary({ json: true });
    expect(data.layers.find(({ name }) => name === 'shared')!.outputShape).toBe('multiple');
  });

  test('rows of nested models, where they are asked for', () => {
    const inner = sequential({ name: 'inner', layers: [layers.dense({ units: 3, inputShape: [4], name: 'a' })] });
    const middle = sequential({ name: 'middle', layers: [inner, layers.dense({ units: 2, name: 'b' })] });
    const outer = sequential({ name: 'outer', layers: [middle, layers.dense({ units: 1, name: 'c' })] });
    const names = (expandNested: boolean) => {
      const lines: string[] = [];
      outer.summary({ expandNested, printFn: (line) => lines.push(line) });
      return lines
        .map((line) => /^ *(└ )?\w+ \(.*?\)/.exec(line)?.[0])
        .filter((name) => name !== undefined)
        .slice(1);
    };
    expect(names(false)).toEqual(['middle (Sequential)', 'c (Dense)']);
    expect(names(true)).toEqual([
      'middle (Sequential)',
      '└ inner (Sequential)',
      '   └ a (Dense)',
      '└ b (Dense)',
      'c (Dense)',
    ]);
    const { layers: rows, totals } = outer.summary({ json: true, expandNested: true });
    expect(rows.map(({ depth, params }) => [depth, params])).toEqual([
      [0, 23],
      [1, 15],
      [2, 15],
      [1, 8],
      [0, 3],
    ]);
    expect(totals.Total).toBe(26);
  });

  test('refuses options that it does not know', () => {
    expect(() => lenet5().summary({ expandNest: true } as object)).toThrow("did you mean 'expandNested'?");
    expect(() => lenet5().summary(80 as never)).toThrow('summary: options');
  });

  test('accepts a line length', () => {
    const lines: string[] = [];
    lenet5().summary({ lineLength: 80, printFn: (line) => lines.push(line) });
    expect(new Set(lines.filter((line) => /^[_=]/.test(line)).map(({ length }) => length))).toEqual(new Set([80]));
  });
});

describe.skipIf(!existsSync(SEEDS))('the tables that articles print (needs ../shared)', () => {
  test('LeNet-5, word for word', () => {
    const table = tableOf(seed('004'), 'Model: "le_net5"');
    expect(linesOf(lenet5({ name: 'le_net5' })).slice(0, -1)).toEqual(table);
  });

  test('ResNet-50 from scratch, word for word, as far as the article prints it', () => {
    const table = tableOf(seed('004'), 'Model: "model"');
    const lines = linesOf(resnet50Scratch());
    const gap = table.indexOf('...');
    const end = table.slice(table.lastIndexOf('...') + 1);
    expect(gap).toBeGreaterThan(15);
    expect(end.length).toBeGreaterThan(15);
    expect(lines.slice(0, gap)).toEqual(table.slice(0, gap));
    expect(lines.slice(-1 - end.length, -1)).toEqual(end);
  });

  test('the custom ResNet-50 of Keras 2.1, but for what that version did otherwise', () => {
    const table = tableOf(seed('000'), 'Layer (type)');
    // That version counted from 1 and put no brackets around an input's shape; the article kept one line per layer,
    // without rules.
    const lines = linesOf(customResnet50())
      .filter((line) => !/^[_= ]|^Model/.test(line))
      .map((line) => line.replace('[(None, 32, 32, 3)]', '(None, 32, 32, 3)'));
    const uncounted = (line: string) => line.replace(/\b(activation|add|input|flatten)(_\d+)?\b/g, '$1').split(/\s+/);
    expect(table.length).toBeGreaterThan(200);
    expect(lines.map(uncounted)).toEqual(table.map(uncounted));
  });
});
