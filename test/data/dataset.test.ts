import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FormatError, ShapeError, ValueError } from '../../src/base/errors.js';
import { CSVDataset, csv } from '../../src/data/csv.js';
import type { Dataset } from '../../src/data/dataset.js';
import { array, func, generator } from '../../src/data/sources.js';
import { TextLineDataset } from '../../src/data/text.js';
import { zip } from '../../src/data/zip.js';
import { mul } from '../../src/ops/arithmetic.js';
import { scalar, tensor } from '../../src/ops/creation.js';
import { setSeed } from '../../src/tensor/random.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => setSeed(5));

const numbers = (count: number) => array(Array.from({ length: count }, (_, i) => i));

/** All elements as plain values, their tensors read and freed. */
async function valuesOf(dataset: Dataset<unknown>): Promise<unknown[]> {
  const plain = (value: unknown): unknown => {
    if (value instanceof Tensor) return value.arraySync();
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  };
  const elements = await dataset.toArray();
  const values = plain(elements) as unknown[];
  dispose(elements);
  return values;
}

describe('elements', () => {
  test.each<[string, () => Dataset<unknown>, unknown[], number | null]>([
    ['array', () => numbers(3), [0, 1, 2], 3],
    ['map', () => numbers(3).map((x) => 2 * x), [0, 2, 4], 3],
    ['mapAsync', () => numbers(3).mapAsync(async (x) => x + 1), [1, 2, 3], 3],
    ['filter', () => numbers(5).filter((x) => x % 2 === 1), [1, 3], null],
    ['take', () => numbers(5).take(2), [0, 1], 2],
    ['take none', () => numbers(5).take(0), [], 0],
    ['take too many', () => numbers(2).take(5), [0, 1], 2],
    ['skip', () => numbers(5).skip(3), [3, 4], 2],
    ['repeat', () => numbers(2).repeat(2), [0, 1, 0, 1], 4],
    ['repeat without end', () => numbers(2).repeat().take(5), [0, 1, 0, 1, 0], 5],
    ['repeat nothing', () => numbers(0).repeat(), [], 0],
    ['repeat not at all what has no end', () => numbers(2).repeat().repeat(0), [], 0],
    ['concatenate', () => numbers(2).concatenate(numbers(1)), [0, 1, 0], 3],
    ['prefetch', () => numbers(4).prefetch(3), [0, 1, 2, 3], 4],
    ['func', () => func(() => 7).take(2), [7, 7], 2],
    [
      'generator',
      () =>
        generator(function* () {
          yield 1;
          yield 2;
        }),
      [1, 2],
      null,
    ],
    [
      'asynchronous generator',
      () =>
        generator(async function* () {
          yield 1;
        }),
      [1],
      null,
    ],
    ['batch of numbers', () => numbers(5).batch(2), [[0, 1], [2, 3], [4]], 3],
    [
      'batch without the small one',
      () => numbers(5).batch(2, false),
      [
        [0, 1],
        [2, 3],
      ],
      2,
    ],
    [
      'zip to an object',
      () => zip({ xs: numbers(3), ys: numbers(2) }),
      [
        { xs: 0, ys: 0 },
        { xs: 1, ys: 1 },
      ],
      2,
    ],
    ['zip to a list, nested', () => zip([numbers(1), { a: numbers(2) }]), [[0, { a: 0 }]], 1],
    [
      'batch of objects',
      () =>
        array([
          { xs: [1, 2], ys: 3 },
          { xs: [4, 5], ys: 6 },
        ]).batch(2),
      [
        {
          xs: [
            [1, 2],
            [4, 5],
          ],
          ys: [3, 6],
        },
      ],
      1,
    ],
    [
      'batch of lists of tensors',
      () =>
        array([
          [tensor([1]), 2],
          [tensor([3]), 4],
        ] as unknown[]).batch(2),
      [
        [
          [[1], [3]],
          [2, 4],
        ],
      ],
      1,
    ],
  ])('%s', async (_, make, expected, size) => {
    const dataset = make();
    const before = memory();
    if (dataset.size !== Number.POSITIVE_INFINITY) expect(await valuesOf(dataset)).toEqual(expected);
    expect(dataset.size).toBe(size);
    // A second time it starts anew.
    expect(await valuesOf(dataset)).toEqual(expected);
    expect(memory()).toEqual(before);
  });
});

describe('shuffle', () => {
  test('holds every element, in another order each time, the same after setSeed', async () => {
    const shuffled = numbers(50).shuffle(20);
    const [first, second] = [await valuesOf(shuffled), await valuesOf(shuffled)];
    expect(first).not.toEqual(second);
    expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, i) => i));
    setSeed(5);
    expect(await valuesOf(numbers(50).shuffle(20))).toEqual(first);
  });

  test('its own seed, and one order for all iterations', async () => {
    expect(await valuesOf(numbers(20).shuffle(20, 3))).toEqual(await valuesOf(numbers(20).shuffle(20, 3)));
    const fixed = numbers(20).shuffle(20, 3, false);
    expect(await valuesOf(fixed)).toEqual(await valuesOf(fixed));
    const fresh = numbers(20).shuffle(20, 3);
    expect(await valuesOf(fresh)).not.toEqual(await valuesOf(fresh));
  });

  test('reaches no further than its buffer', async () => {
    const order = (await valuesOf(numbers(100).shuffle(10))) as number[];
    for (const [place, element] of order.entries()) expect(element).toBeLessThan(place + 10);
  });
});

describe('who owns tensors', () => {
  const scalars = (count: number) =>
    generator(function* () {
      for (let i = 0; i < count; i++) yield { x: scalar(i) };
    });

  test('zip frees what one data set gave when another fails', async () => {
    const before = memory();
    const broken = generator<number>(function* () {
      yield 1;
      throw new Error('no more');
    });
    const seen: unknown[] = [];
    await expect(zip([scalars(3), broken]).forEachAsync((element) => void seen.push(element))).rejects.toThrow(
      'no more',
    );
    expect(seen).toHaveLength(1);
    expect(memory()).toEqual(before);
  });

  test('array does not free the tensors it was created from', async () => {
    const mine = [tensor([1]), tensor([2])];
    const before = memory();
    await array(mine).forEachAsync(() => {});
    expect(memory()).toEqual(before);
    expect(mine[0].isDisposed).toBe(false);
    dispose(mine);
  });

  test.each<[string, () => Dataset<unknown>]>([
    ['map', () => scalars(4).map(({ x }) => ({ x: mul(x, 2) }))],
    ['map that passes its input on', () => scalars(4).map((element) => element)],
    ['filter', () => scalars(4).filter(({ x }) => x.dataSync()[0] > 1)],
    ['skip', () => scalars(4).skip(2)],
    ['take', () => scalars(4).take(2)],
    ['batch', () => scalars(5).batch(2)],
    ['batch without the small one', () => scalars(5).batch(2, false)],
    ['shuffle', () => scalars(5).shuffle(3)],
    ['prefetch', () => scalars(5).prefetch(3)],
    ['repeat', () => scalars(2).repeat(2)],
    ['zip of unlike lengths', () => zip([scalars(2), scalars(5)])],
  ])('%s: nothing is left, at the end or after a break', async (_, make) => {
    const before = memory();
    await make().forEachAsync(() => {});
    expect(memory()).toEqual(before);
    for await (const element of make()) {
      dispose(element);
      break;
    }
    expect(memory()).toEqual(before);
  });

  test('nothing is left when a function throws', async () => {
    const before = memory();
    const failing = () => {
      throw new Error('no');
    };
    await expect(scalars(3).map(failing).toArray()).rejects.toThrow('no');
    await expect(scalars(3).filter(failing).toArray()).rejects.toThrow('no');
    await expect(scalars(3).forEachAsync(failing)).rejects.toThrow('no');
    await expect(scalars(3).prefetch(2).mapAsync(failing).toArray()).rejects.toThrow('no');
    const ragged = generator(function* () {
      yield tensor([1]);
      yield tensor([1, 2]);
    });
    await expect(ragged.batch(2).toArray()).rejects.toThrow(ShapeError);
    expect(memory()).toEqual(before);
  });
});

describe('text', () => {
  const pieces = (...texts: string[]) =>
    async function* () {
      yield* texts;
    };
  const bytes = (text: string) =>
    async function* () {
      for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
    };

  test('lines, however they end and wherever the pieces are cut', async () => {
    expect(await valuesOf(new TextLineDataset(pieces('a\r\nb', 'c\n\nd')))).toEqual(['a', 'bc', '', 'd']);
    expect(await valuesOf(new TextLineDataset(bytes('Größe\n∇\n')))).toEqual(['Größe', '∇']);
    expect(await valuesOf(new TextLineDataset(new Blob(['x\ny'])))).toEqual(['x', 'y']);
    expect(await valuesOf(new TextLineDataset('data:text/plain,p%0Aq'))).toEqual(['p', 'q']);
  });

  test('records: quotes, delimiters and line feeds in quotes, empty fields', async () => {
    const text = 'name,size,note\r\n"Smith, J",3,"says ""hi"""\nplain,,"two\nlines"\n';
    for (const source of [pieces(text), pieces(...text), bytes(text)]) {
      expect(await valuesOf(csv(source))).toEqual([
        { name: 'Smith, J', size: 3, note: 'says "hi"' },
        { name: 'plain', size: undefined, note: 'two\nlines' },
      ]);
    }
  });

  test('files by address: absolute, relative as in tfjs, missing, and on a platform without files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabla data-'));
    const path = join(folder, 'größe.csv');
    try {
      writeFileSync(path, 'a,b\n1,2');
      const addresses = [pathToFileURL(path), pathToFileURL(path).href, `file://${relative(process.cwd(), path)}`];
      for (const address of addresses) expect(await valuesOf(csv(address))).toEqual([{ a: 1, b: 2 }]);
      expect(await valuesOf(new TextLineDataset(pathToFileURL(path)))).toEqual(['a,b', '1,2']);
      await expect(csv(`${pathToFileURL(path)}.none`).toArray()).rejects.toThrow('ENOENT');
      vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
      await expect(csv('file:///a.csv').toArray()).rejects.toThrow('file:///a.csv: this platform has no file system');
    } finally {
      vi.unstubAllGlobals();
      rmSync(folder, { recursive: true });
    }
  });

  test('a byte order mark is not part of the text; a column may have the name of a method', async () => {
    for (const source of [pieces('\uFEFFa,b\n1,2'), pieces('', '\uFEFFa,b\n1,2'), bytes('\uFEFFa,b\n1,2')]) {
      expect(await valuesOf(csv(source))).toEqual([{ a: 1, b: 2 }]);
    }
    const chosen = csv(pieces('constructor,b\n1,2'), { configuredColumnsOnly: true, columnConfigs: { b: {} } });
    expect(await chosen.columnNames()).toEqual(['b']);
  });

  test('labels, dtypes, defaults, chosen columns', async () => {
    const text = 'a,b,c,y\n1.5,2.7,true,1\n3,,0,0';
    const dataset = csv(pieces(text), {
      configuredColumnsOnly: true,
      columnConfigs: { b: { dtype: 'int32', default: -1 }, c: { dtype: 'bool' }, y: { isLabel: true } },
    });
    expect(await dataset.columnNames()).toEqual(['b', 'c', 'y']);
    expect(await valuesOf(dataset)).toEqual([
      { xs: { b: 2, c: true }, ys: { y: 1 } },
      { xs: { b: -1, c: false }, ys: { y: 0 } },
    ]);
    const headless = new CSVDataset(pieces('1;2\n3;4'), { hasHeader: false, columnNames: ['p', 'q'], delimiter: ';' });
    expect(await valuesOf(headless.map((row) => Object.values(row)).batch(2))).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  test.each<[() => Promise<unknown>, new (message?: string) => Error, string]>([
    [() => csv(pieces('a,b\n1')).toArray(), FormatError, 'csv: record 2 has 1 fields, expected 2'],
    [() => csv(pieces('a\n"1')).toArray(), FormatError, 'a quoted field is not closed'],
    [
      () => csv(pieces('a\nx'), { columnConfigs: { a: { dtype: 'int32' } } }).toArray(),
      FormatError,
      "record 2, column a is 'x'",
    ],
    [
      () => csv(pieces('a,b\n,1'), { columnConfigs: { a: { required: true } } }).toArray(),
      ValueError,
      'record 2, column a is empty',
    ],
    [
      () => csv(pieces('a\n1'), { columnConfigs: { z: {} } }).toArray(),
      ValueError,
      'columnConfigs has z, expected one of a',
    ],
    [() => csv(pieces('')).columnNames(), FormatError, 'csv: the text is empty'],
    [() => csv(pieces('a,b,a\n1,2,3')).toArray(), FormatError, "csv: two columns are called 'a'"],
    [
      () => csv(pieces('a\nyes'), { columnConfigs: { a: { dtype: 'bool' } } }).toArray(),
      FormatError,
      "record 2, column a is 'yes', expected true, false, 1 or 0",
    ],
  ])('wrong text: %#', async (call, error, message) => {
    await expect(call()).rejects.toThrow(error);
    await expect(call()).rejects.toThrow(message);
  });
});

describe('wrong arguments', () => {
  test.each<[() => unknown, string]>([
    [() => numbers(1).batch(0), 'dataset.batch: batchSize is 0, expected an integer ≥ 1'],
    [() => numbers(1).take(-1), 'dataset.take: count is -1'],
    [() => numbers(1).skip(0.5), 'dataset.skip: count is 0.5'],
    [() => numbers(1).shuffle(0), 'dataset.shuffle: bufferSize is 0'],
    [() => numbers(1).repeat(-1), 'dataset.repeat: count is -1'],
    [() => numbers(1).prefetch(0), 'dataset.prefetch: bufferSize is 0'],
    [() => zip({ xs: 3 as never }), 'zip: given 3, expected data sets'],
    [() => zip([]), 'zip: given nothing, expected at least one data set'],
    [() => csv('data:,', { delimiter: '' }), "csv: delimiter is ''"],
    [() => csv('data:,', { hasHeader: false }), 'csv: columnNames are missing'],
  ])('%#', (call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });

  test('elements that cannot be stacked, and a data set without end', async () => {
    const before = memory();
    await expect(array(['a']).batch(1).toArray()).rejects.toThrow("an element contains 'a', expected numbers");
    await expect(
      array([{ a: 1 }, {}] as unknown[])
        .batch(2)
        .toArray(),
    ).rejects.toThrow('an element lacks a');
    await expect(func(() => 1).toArray()).rejects.toThrow('the data set is endless');
    expect(memory()).toEqual(before);
  });
});

test('iterator gives values as tfjs does', async () => {
  const iterator = await tidy(() => numbers(1)).iterator();
  expect(await iterator.next()).toEqual({ value: 0, done: false });
  expect((await iterator.next()).done).toBe(true);
});

describe('arguments of batch and shuffle', () => {
  const set = () => array([1, 2, 3]);

  test.each<[string, () => unknown, string]>([
    [
      'options for smallLastBatch',
      () => set().batch(2, { dropRemainder: true } as never),
      'dataset.batch: smallLastBatch is',
    ],
    ['options for a seed', () => set().shuffle(2, { seed: 1 } as never), 'seed is'],
    ['a number for reshuffleEachIteration', () => set().shuffle(2, 1, 0 as never), 'reshuffleEachIteration is 0'],
  ])('%s are refused', (_, run, message) => {
    expect(run).toThrow(message);
  });

  test('null means the default', async () => {
    expect(set().batch(2, null).size).toBe(2);
    expect((await set().shuffle(3, null, null).toArray()).sort()).toEqual([1, 2, 3]);
  });
});
