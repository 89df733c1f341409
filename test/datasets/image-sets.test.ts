import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { loadImageSet } from '../../src/datasets/catalog.js';
import { readCifar10, readCifar100 } from '../../src/datasets/cifar.js';
import { FASHION_MNIST_CLASS_NAMES, loadFashionMnist } from '../../src/datasets/fashion-mnist.js';
import { assetFolder } from '../../src/datasets/locations.js';
import { readMnist } from '../../src/datasets/mnist.js';
import { readSigns } from '../../src/datasets/signs.js';
import type { ImageSet } from '../../src/images/image-set.js';
import { type Hdf5Numbers, writeHdf5 } from '../../src/io/hdf5/write.js';
import { expectFormatError, gzip, hasShared, idxBytes, SHARED_DATA, temporaryFolder } from './helpers.js';

const root = temporaryFolder();
let folder = '';

beforeEach(() => {
  folder = join(root, crypto.randomUUID());
  mkdirSync(folder);
  vi.unstubAllEnvs();
  vi.stubEnv('NABLA_DATA', '');
  vi.stubEnv('NABLA_CACHE', join(root, 'empty-cache'));
});

const write = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);

function counts({ labels }: ImageSet, classes: number): number[] {
  const result = new Array<number>(classes).fill(0);
  for (const label of labels.data) result[label]++;
  return result;
}

describe('Fashion-MNIST', () => {
  test('comes with a balanced sample', async () => {
    const { train, test, classNames } = await loadFashionMnist({ source: 'sample' });
    expect(train.images.shape).toEqual([10_000, 28, 28, 1]);
    expect(test.images.shape).toEqual([2_000, 28, 28, 1]);
    expect(counts(train, 10)).toEqual(new Array(10).fill(1_000));
    expect(counts(test, 10)).toEqual(new Array(10).fill(200));
    expect(classNames[test.labels.get(0)]).toBe('Ankle boot');
    expect(train.images.data.subarray(0, 784).some((value) => value > 200)).toBe(true);
  });

  test.skipIf(!hasShared('fashion-mnist'))(
    'reads the full set, of which the sample is the first of each class (needs ../shared)',
    async () => {
      vi.stubEnv('NABLA_DATA', SHARED_DATA);
      const full = await loadFashionMnist();
      const sample = await loadFashionMnist({ source: 'sample' });
      expect([full.train.images.shape[0], full.test.images.shape[0]]).toEqual([60_000, 10_000]);
      const { images, labels } = full.test;
      const seen = new Array(10).fill(0);
      const first = Array.from(labels.data.keys()).filter((row) => seen[labels.data[row]]++ < 200);
      const pixels = Buffer.concat(first.map((row) => images.data.subarray(row * 784, (row + 1) * 784)));
      expect(pixels.equals(sample.test.images.data)).toBe(true);
    },
  );

  test('prefers NABLA_DATA to the sample unless the sample is asked for', async () => {
    vi.stubEnv('NABLA_DATA', folder);
    cpSync(assetFolder('fashion-mnist'), join(folder, 'fashion-mnist'), { recursive: true });
    expect((await loadFashionMnist()).folder).toBe(join(folder, 'fashion-mnist'));
    expect((await loadFashionMnist({ source: 'sample' })).folder).toBe(assetFolder('fashion-mnist'));
    rmSync(join(folder, 'fashion-mnist', 't10k-labels-idx1-ubyte.gz'));
    await expectFormatError(loadFashionMnist(), 't10k-labels-idx1-ubyte.gz', /no such file/);
  });
});

describe('MNIST layout', () => {
  const images = idxBytes([3, 2, 2], new Uint8Array(12).fill(7));

  test.skipIf(!hasShared('mnist'))('reads only test images if the others are missing (needs ../shared)', async () => {
    vi.stubEnv('NABLA_DATA', SHARED_DATA);
    const { train, test, classNames } = await loadImageSet('MNIST');
    expect(train).toBeUndefined();
    expect(test?.images.shape).toEqual([10_000, 28, 28, 1]);
    expect(Array.from(test?.labels.data.subarray(0, 5) ?? [])).toEqual([7, 2, 1, 0, 4]);
    expect(classNames).toHaveLength(10);
    await expectFormatError(loadImageSet('mnist', { splits: ['train'] }), 'mnist', /no train files/);
  });

  test('accepts both spellings, gzipped or not', async () => {
    write('t10k-images.idx3-ubyte', images);
    write('t10k-labels-idx1-ubyte.gz', gzip(idxBytes([3], [1, 2, 9])));
    const { images: read, labels } = await readMnist(folder, 'test');
    expect(read.shape).toEqual([3, 2, 2, 1]);
    expect(Array.from(labels.data)).toEqual([1, 2, 9]);
  });

  test.each([
    ['a count that disagrees', idxBytes([2], [1, 2]), images, /3 images, but .*labels-idx1-ubyte has 2 labels/],
    ['a label out of range', idxBytes([3], [1, 10, 2]), images, /label 1 \(byte 9\) is 10, expected 0 to 9/],
    ['no images', idxBytes([0], []), idxBytes([0, 28, 28], []), /byte 4: no images in it: 0×28×28/],
    ['elements of another type', idxBytes([3], [0, 1, 2], 9), images, /byte 2: the elements are int8, expected uint8/],
    ['labels where images belong', images, images, /byte 3: 3 axes, expected 1/],
  ])('refuses %s', async (_, labelFile, imageFile, message) => {
    write('train-images-idx3-ubyte', imageFile);
    write('train-labels-idx1-ubyte', labelFile);
    await expectFormatError(readMnist(folder, 'train'), folder, message);
  });
});

describe('CIFAR', () => {
  const record = (labels: number[]) =>
    Uint8Array.from([...labels, ...Array.from({ length: 3072 }, (_, i) => (i >> 4) % 251)]);

  test('puts channels last, joins batches in order, prefers the unpacked file', async () => {
    write('data_batch_1.bin', record([3]));
    write('data_batch_1.bin.gz', Buffer.from('never read'));
    write('data_batch_2.bin.gz', gzip(Buffer.concat([record([9]), record([0])])));
    const { images, labels } = await readCifar10(folder, 'train');
    expect(images.shape).toEqual([3, 32, 32, 3]);
    expect(Array.from(labels.data)).toEqual([3, 9, 0]);
    const pixels = record([0]).subarray(1);
    expect([0, 1, 2].map((channel) => images.get(2, 5, 7, channel))).toEqual(
      [0, 1, 2].map((channel) => pixels[channel * 1024 + 5 * 32 + 7]),
    );
  });

  test('reads both labels of CIFAR-100', async () => {
    write('train.bin', record([19, 99]));
    expect((await readCifar100(folder, 'train')).labels.get(0)).toBe(99);
    expect((await readCifar100(folder, 'train', 'coarse')).labels.get(0)).toBe(19);
  });

  test.skipIf(!hasShared('cifar-10'))('reads the real sets (needs ../shared)', async () => {
    vi.stubEnv('NABLA_DATA', SHARED_DATA);
    const { train, test, classNames } = await loadImageSet('cifar10');
    expect(train?.images.shape).toEqual([50_000, 32, 32, 3]);
    expect(counts(test as ImageSet, 10)).toEqual(new Array(10).fill(1_000));
    expect(Array.from(test?.labels.data.subarray(0, 4) ?? []).map((label) => classNames[label])).toEqual([
      'cat',
      'ship',
      'ship',
      'airplane',
    ]);
    const hundred = await loadImageSet('cifar-100');
    expect(counts(hundred.train as ImageSet, 100)).toEqual(new Array(100).fill(50));
    expect(counts(hundred.test as ImageSet, 100)).toEqual(new Array(100).fill(10));
    expect(hundred.classNames).toHaveLength(100);
  });

  test.each([
    [
      'a cut record',
      Buffer.concat([record([1]), record([2]).subarray(0, 3000)]),
      /inside record 1: 3000 of its 3073 bytes/,
    ],
    ['one record of too few bytes', record([1]).subarray(1), /inside record 0: 3072 of its 3073 bytes/],
    ['a label out of range', Buffer.concat([record([1]), record([10])]), /the label of record 1 \(byte 3073\) is 10/],
    ['an empty file', Buffer.alloc(0), /the file is empty/],
    ['a cut gzip', gzip(record([1])).subarray(0, 100), /cut short at byte 100/],
    ['a bomb', gzip(Buffer.alloc(2 ** 28 + 1)), /inflates to more than the limit of 268435456 bytes/],
  ])('refuses %s', async (_, bytes, message) => {
    write('test_batch.bin', bytes);
    await expectFormatError(readCifar10(folder, 'test'), 'test_batch.bin', message);
  });

  test('refuses a folder without files and names that do not fit', async () => {
    await expectFormatError(readCifar10(folder, 'test'), folder, /no file named/);
    write('test_batch.bin', record([1]));
    await expectFormatError(loadImageSet('cifar10', { folder }), 'batches.meta.txt', /cannot be read \(ENOENT/);
    write('batches.meta.txt', 'cat\ndog\n\n');
    await expectFormatError(loadImageSet('cifar10', { folder }), 'batches.meta.txt', /2 class names, expected 10/);
  });
});

describe('SIGNS', () => {
  const real = join(SHARED_DATA, 'signs', 'test_signs.h5');

  test.skipIf(!hasShared('signs'))('reads both parts (needs ../shared)', async () => {
    vi.stubEnv('NABLA_DATA', SHARED_DATA);
    const { train, test } = await loadImageSet('signs');
    expect(train?.images.shape).toEqual([1080, 64, 64, 3]);
    expect(test?.images.shape).toEqual([120, 64, 64, 3]);
    expect(Array.from(test?.labels.data.subarray(0, 5) ?? [])).toEqual([0, 0, 0, 5, 1]);
    expect(Array.from(test?.images.data.subarray(0, 6) ?? [])).toEqual([231, 224, 216, 232, 224, 216]);
  });

  test('refuses files that are not HDF5', async () => {
    write('test_signs.h5', 'hello');
    await expectFormatError(readSigns(folder, 'test'), 'test_signs.h5', /test_signs\.h5: \S/);
    await expectFormatError(readSigns(folder, 'train'), folder, /no file named train_signs/);
  });

  const written = (x: [Hdf5Numbers, number[]], y: [Hdf5Numbers, number[]], name = 'test_set_x') =>
    writeHdf5((root) => {
      root.numbers(name, ...x);
      root.numbers('test_set_y', ...y);
    });
  const labels: [Hdf5Numbers, number[]] = [BigInt64Array.of(5n, 0n), [2]];

  test('reads what h5py would write', async () => {
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    write('test_signs.h5', await written([pixels, [2, 2, 2, 3]], labels));
    const { images, labels: found } = await readSigns(folder, 'test');
    expect([images.shape, Array.from(images.data), Array.from(found.data)]).toEqual([
      [2, 2, 2, 3],
      Array.from(pixels),
      [5, 0],
    ]);
  });

  test.each([
    [
      'other elements',
      () => written([new Float32Array(24), [2, 2, 2, 3]], labels),
      /test_set_x is <f4 of \[2,2,2,3\], expected <u1 with 4 axes/,
    ],
    ['other axes', () => written([new Uint8Array(24), [2, 12]], labels), /test_set_x is <u1 of \[2,12\]/],
    [
      'another name',
      () => written([new Uint8Array(24), [2, 2, 2, 3]], labels, 'train_set_x'),
      /no data set test_set_x, only test_set_y, train_set_x/,
    ],
    [
      'other counts',
      () => written([new Uint8Array(12), [1, 2, 2, 3]], labels),
      /test_set_x has 1 images, test_set_y 2 labels/,
    ],
    [
      'a label that is not a class',
      () => written([new Uint8Array(24), [2, 2, 2, 3]], [Int32Array.of(6, 0), [2]]),
      /test_set_y\[0\] is 6, expected 0 to 5/,
    ],
  ])('refuses %s', async (_, bytes, message) => {
    write('test_signs.h5', await bytes());
    await expectFormatError(readSigns(folder, 'test'), 'test_signs.h5', message);
  });

  test('refuses a size that its values do not have', async () => {
    const bytes = await written([new Uint8Array(24), [2, 2, 2, 3]], labels);
    // The shape in the header of the data set: four axes of 64 bits.
    const shape = Buffer.alloc(32);
    for (const [axis, size] of [2, 2, 2, 3].entries()) shape.writeBigUInt64LE(BigInt(size), 8 * axis);
    const at = Buffer.from(bytes).indexOf(shape);
    expect(at).toBeGreaterThan(0);
    for (const sizes of [
      [2, 20_000, 20_000, 3],
      [2 ** 31, 2 ** 31, 2, 3],
      [2, 2, 2, 4],
    ]) {
      const forged = Buffer.from(bytes);
      for (const [axis, size] of sizes.entries()) forged.writeBigUInt64LE(BigInt(size), at + 8 * axis);
      write('test_signs.h5', forged);
      await expectFormatError(readSigns(folder, 'test'), 'test_signs.h5', /claims|elements|bytes|too/);
    }
  });

  test.skipIf(!hasShared('signs'))('refuses the file cut at every tenth of its length (needs ../shared)', async () => {
    const bytes = readFileSync(real);
    for (let tenth = 1; tenth < 10; tenth++) {
      write('test_signs.h5', bytes.subarray(0, Math.floor((bytes.length * tenth) / 10)));
      await expectFormatError(readSigns(folder, 'test'), 'test_signs.h5', /test_signs\.h5: \S/);
    }
    write('test_signs.h5', bytes);
    expect((await readSigns(folder, 'test')).images.shape[0]).toBe(120);
  });

  test.skipIf(!hasShared('signs'))('survives flipped bytes in its structure (needs ../shared)', async () => {
    const bytes = readFileSync(real);
    let refused = 0;
    for (let flip = 0; flip < 150; flip++) {
      const forged = Uint8Array.from(bytes);
      forged[(flip * 29) % 4096] ^= 1 << (flip % 8);
      write('test_signs.h5', forged);
      await readSigns(folder, 'test').catch((error) => {
        refused++;
        return expectFormatError(Promise.reject(error), 'test_signs.h5', /test_signs\.h5: \S/);
      });
    }
    expect(refused).toBeGreaterThan(10);
    write('test_signs.h5', bytes);
    expect((await readSigns(folder, 'test')).images.shape[0]).toBe(120);
  });
});

describe('loadImageSet', () => {
  test('lists the known data sets, and the folders that were searched', async () => {
    await expect(loadImageSet('imagenet')).rejects.toThrow(ValueError);
    await expect(loadImageSet('imagenet')).rejects.toThrow(
      /loadImageSet: name is 'imagenet', expected one of mnist, fashion-mnist/,
    );
    vi.stubEnv('NABLA_DATA', folder);
    await expectFormatError(loadImageSet('signs'), join(folder, 'signs'), /signs: not found in .* or .*empty-cache/);
  });

  test('falls back to the sample of Fashion-MNIST', async () => {
    const { test, train, classNames } = await loadImageSet('Fashion_MNIST', { splits: ['test'] });
    expect(train).toBeUndefined();
    expect(test?.images.shape[0]).toBe(2_000);
    expect(classNames).toBe(FASHION_MNIST_CLASS_NAMES);
  });

  test('finds a set in the cache', async () => {
    vi.stubEnv('NABLA_CACHE', folder);
    mkdirSync(join(folder, 'mnist'));
    const sample = assetFolder('fashion-mnist');
    for (const kind of ['images-idx3', 'labels-idx1']) {
      const bytes = gunzipSync(readFileSync(join(sample, `t10k-${kind}-ubyte.gz`)));
      writeFileSync(join(folder, 'mnist', `t10k-${kind}-ubyte`), bytes);
    }
    expect((await loadImageSet('mnist')).folder).toBe(join(folder, 'mnist'));
  });
});
