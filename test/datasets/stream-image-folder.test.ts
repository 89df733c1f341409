import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readImageFolder } from '../../src/datasets/folder.js';
import { streamImageFolder } from '../../src/datasets/stream-image-folder.js';
import { unitScale } from '../../src/images/preprocess.js';
import type { StreamFolderOptions } from '../../src/images/streaming/stream-options.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';
import { temporaryFolder } from './helpers.js';

const root = temporaryFolder();
let folder = '';

/** 5 JPEGs and 4 PNGs of differing sizes in two classes, and a folder without pictures. */
beforeAll(async () => {
  await startBackend('cpu');
  folder = join(root, 'pictures');
  for (const name of ['cats', 'dogs', 'empty', '.hidden']) mkdirSync(join(folder, name), { recursive: true });
  for (let i = 0; i < 9; i++) {
    const [width, height] = [12 + i, 20 - i];
    const noise = uniformValues(width * height * 4, i).map((value) => 256 * value);
    const isJpeg = i < 5;
    const data = Uint8Array.from(noise.subarray(0, width * height * (isJpeg ? 4 : 3)));
    const bytes = isJpeg ? jpeg.encode({ width, height, data }, 80).data : encode({ width, height, data, channels: 3 });
    writeFileSync(join(folder, i % 2 ? 'cats' : 'dogs', `${i}.${isJpeg ? 'jpg' : 'png'}`), bytes);
  }
  writeFileSync(join(folder, 'empty', 'notes.txt'), 'none');
});
beforeEach(() => {
  clearSession();
  setSeed(1);
});
afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

const ALL = Int32Array.from({ length: 9 }, (_, row) => row);
const size: [number, number] = [10, 8];

async function pixelsOf(options: StreamFolderOptions) {
  const stream = await streamImageFolder(folder, { size, ...options });
  const { values } = await stream.images.read(ALL);
  await stream.close();
  return Array.from(values);
}

describe('streamImageFolder', () => {
  test.each([0, 1, 3])('decodes with %i threads the pixels that readImageFolder reads', async (threads) => {
    const read = await readImageFolder(folder, { size });
    const stream = await streamImageFolder(folder, { size, threads });
    expect(stream.classNames).toEqual(['cats', 'dogs']);
    expect(stream.paths).toEqual(read.paths);
    expect(Array.from(stream.labels.data)).toEqual(Array.from(read.labels.data));
    const backwards = ALL.map((row) => 8 - row);
    const { values } = await stream.images.read(backwards);
    const pixels = size[0] * size[1] * 3;
    const expected = Array.from(backwards, (row) => [...read.images.data.subarray(row * pixels, (row + 1) * pixels)]);
    expect(Array.from(values)).toEqual(expected.flat());
    await stream.close();
  });

  test('trains to the weights of pictures in memory, to the bit', async () => {
    const trained = async (run: (model: ReturnType<typeof sequential>) => Promise<unknown>) => {
      clearSession();
      setSeed(2);
      const model = sequential();
      model.add(layers.flatten({ inputShape: [...size, 3] }));
      model.add(layers.dense({ units: 2, activation: 'softmax' }));
      model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
      await run(model);
      return model.getWeights().map((weight) => Array.from(weight.dataSync()));
    };
    const stream = await streamImageFolder(folder, { size });
    const { images, labels } = await readImageFolder(folder, { size });
    const options = { epochs: 2, batchSize: 4 };
    const streamed = await trained((model) => model.fit(stream.images, stream.labels, options));
    const inMemory = { values: images.data, shape: images.shape, scale: 1 / 255 };
    expect(streamed).toEqual(await trained((model) => model.fit(inMemory, labels, options)));
    expect(streamed).not.toEqual(
      await trained((model) => model.fit(unitScale(images), labels, { ...options, epochs: 1 })),
    );
    await stream.close();
  });

  test('keeps decoded pixels in memory or in a file, which is removed at the end', async () => {
    const expected = await pixelsOf({});
    expect(await pixelsOf({ cache: 'memory' })).toEqual(expected);
    const path = join(root, 'pixels.cache');
    const copy = join(root, 'copy');
    for (const name of ['cats', 'dogs']) {
      mkdirSync(join(copy, name), { recursive: true });
      for (const file of readdirSync(join(folder, name)))
        copyFileSync(join(folder, name, file), join(copy, name, file));
    }
    const stream = await streamImageFolder(copy, { size, cache: path });
    await stream.images.read(ALL);
    // The second time nothing is decoded: the files may be damaged.
    for (const file of stream.paths) writeFileSync(file, 'damaged');
    expect(Array.from((await stream.images.read(ALL)).values)).toEqual(expected);
    await stream.close();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'of another program');
    await expect(streamImageFolder(folder, { cache: path })).rejects.toThrow(/pixels\.cache/);
  });

  test('leaves bad pictures out when asked to, once each, and names them', async () => {
    const damaged = join(root, 'damaged');
    mkdirSync(join(damaged, 'only'), { recursive: true });
    const good = readdirSync(join(folder, 'dogs')).map((file) => join(folder, 'dogs', file));
    copyFileSync(good[0], join(damaged, 'only', '0.jpg'));
    writeFileSync(join(damaged, 'only', '1.jpg'), Buffer.from([0xff, 0xd8, 0xff]));
    writeFileSync(join(damaged, 'only', '2.png'), '');
    copyFileSync(good[1], join(damaged, 'only', '3.jpg'));
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const rows = Int32Array.of(3, 2, 1, 0);
    const stream = await streamImageFolder(damaged, { size, onBadPicture: 'skip' });
    for (let epoch = 0; epoch < 2; epoch++) expect((await stream.images.read(rows)).missing).toEqual([1, 2]);
    expect(stream.skipped.map(({ name }) => name.slice(-5)).sort()).toEqual(['1.jpg', '2.png']);
    expect(warn).toHaveBeenCalledTimes(1);
    await stream.close();
    const strict = await streamImageFolder(damaged, { size });
    await expect(strict.images.read(rows)).rejects.toThrow(/damaged.only.2\.png: |damaged.only.1\.jpg: /);
    await strict.close();
  });

  test('reads brightness, some classes in an order, some pictures of each', async () => {
    const stream = await streamImageFolder(folder, {
      size,
      channels: 1,
      classNames: ['dogs', 'cats'],
      limitPerClass: 2,
    });
    expect(stream.images.shape).toEqual([4, 10, 8, 1]);
    expect(Array.from(stream.labels.data)).toEqual([0, 0, 1, 1]);
    expect((await stream.images.read(Int32Array.of(0, 3))).values).toHaveLength(160);
    await stream.close();
  });

  test('refuses unsupported options and folders by name', async () => {
    await expect(streamImageFolder(folder, { classNames: ['cat'] })).rejects.toThrow(
      /has no folder for the class 'cat', it has cats, dogs, empty; did you mean 'cats'\?/,
    );
    await expect(streamImageFolder(join(folder, 'empty'))).rejects.toThrow(/no pictures in it/);
    await expect(streamImageFolder(join(root, 'nowhere'))).rejects.toThrow(/nowhere: no such folder/);
  });
});
