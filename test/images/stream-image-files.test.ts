import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { encode } from 'fast-png';
import { type Zippable, zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImageFolder } from '../../src/datasets/folder.js';
import { streamImageFolder } from '../../src/datasets/stream-image-folder.js';
import type { PickedFile } from '../../src/images/folders/page-files.js';
import { type PictureSource, streamImageFiles } from '../../src/images/streaming/stream-image-files.js';
import type { StreamFolderOptions } from '../../src/images/streaming/stream-options.js';
import type { StreamedFolder } from '../../src/images/streaming/streamed-folder.js';
import { uniformValues } from '../../src/tensor/random.js';

const root = mkdtempSync(join(tmpdir(), 'nabla-files-'));
const folder = join(root, 'animals');
const size: [number, number] = [9, 7];

/** Pictures of two classes, some in folders within, and files that are none of them. */
const PICTURES = ['cats/10.jpg', 'cats/9.png', 'cats/old/1.JPG', 'cats/old-er/0.png', 'dogs/a b.jpg', 'dogs/é.png'];
const OTHERS = ['readme.txt', 'notes/n.txt', '.git/x.png', 'cats/.hidden.png', 'dogs/.thumbs/t.jpg', 'dogs/x.txt'];

function pictureBytes(path: string, seed: number): Uint8Array {
  const [width, height] = [11 + seed, 19 - seed];
  const isPng = /png$/i.test(path);
  const data = Uint8Array.from(uniformValues(width * height * (isPng ? 3 : 4), seed), (value) => 256 * value);
  return isPng ? encode({ width, height, data, channels: 3 }) : jpeg.encode({ width, height, data }, 80).data;
}

beforeAll(() => {
  for (const [seed, path] of [...PICTURES, ...OTHERS].entries()) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), pictureBytes(path, seed));
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)));

/** The files that a page gets when its user picks the folder, in the order of the disk. */
const picked = (): PickedFile[] =>
  filesBelow(folder).map((path) => {
    const file = new File([readFileSync(join(folder, path))], path.split('/').at(-1)!);
    return Object.assign(file, { webkitRelativePath: `animals/${path}` });
  });

/** A directory of the File System API. */
function directory(path: string): PictureSource {
  const values = async function* (): AsyncGenerator<unknown> {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (entry.isDirectory()) yield directory(below);
      else yield { kind: 'file', name: entry.name, getFile: async () => new File([readFileSync(below)], entry.name) };
    }
  };
  return { kind: 'directory', name: path.split('/').at(-1)!, values } as PictureSource;
}

const archive = (prefix: string, extra: Zippable = {}): Uint8Array<ArrayBuffer> =>
  zipSync({
    ...Object.fromEntries(filesBelow(folder).map((path) => [prefix + path, readFileSync(join(folder, path))])),
    ...extra,
  }) as Uint8Array<ArrayBuffer>;

const MAC = { '__MACOSX/animals/cats/._9.png': Uint8Array.of(1) };

async function contentsOf(opened: StreamedFolder) {
  const { values } = await opened.images.read(Int32Array.from(opened.labels.data.keys()));
  await opened.close();
  const { images, labels, classNames } = opened;
  return { shape: images.shape, scale: images.scale, values, labels: labels.data, classNames };
}

async function onDisk(options: StreamFolderOptions = {}) {
  const opened = await streamImageFolder(folder, { size, ...options });
  const paths = opened.paths.map((path) => relative(folder, path));
  return { ...(await contentsOf(opened)), paths };
}

describe('streamImageFiles', () => {
  const sources: Record<string, () => PictureSource> = {
    'the files of an input': picked,
    'a directory handle': () => directory(folder),
    'a zip archive': () => new Blob([archive('')]),
    'a zip archive with the folder itself, of macOS': () => new File([archive('animals/', MAC)], 'a.zip'),
    'a zip archive, stored': () =>
      new Blob([zipSync({ all: { animals: stored() } }, { level: 0 }) as Uint8Array<ArrayBuffer>]),
  };

  test.each(Object.entries(sources))('reads %s as streamImageFolder reads the folder, to the bit', async (_, make) => {
    const expected = await onDisk();
    expect(expected.paths).toEqual([
      'cats/10.jpg',
      'cats/9.png',
      'cats/old/1.JPG',
      'cats/old-er/0.png',
      ...PICTURES.slice(4),
    ]);
    for (const threads of [0, 2]) {
      const opened = await streamImageFiles(make(), { size, threads });
      expect(opened.paths.map((path) => path.replace(/^(a\.zip|archive)\/(animals\/)?/, ''))).toEqual(expected.paths);
      const { paths, ...contents } = expected;
      expect(await contentsOf(opened)).toEqual(contents);
    }
    const options = { limitPerClass: 1, classNames: ['dogs', 'cats'], channels: 1, cache: 'memory' } as const;
    const { paths, ...few } = await onDisk(options);
    expect(await contentsOf(await streamImageFiles(make(), { size, ...options }))).toEqual(few);
  });

  test('reads the folder within that holds the classes', async () => {
    const parts = Object.fromEntries(
      PICTURES.flatMap((path, i) => ['train', 'test'].map((part) => [`set/${part}/${path}`, pictureBytes(path, i)])),
    );
    const source = new Blob([zipSync(parts) as Uint8Array<ArrayBuffer>]);
    const { paths, ...expected } = await onDisk();
    expect(await contentsOf(await streamImageFiles(source, { size, folder: 'test' }))).toEqual(expected);
    expect((await streamImageFiles(source)).classNames).toEqual(['test', 'train']);
    await expect(streamImageFiles(source, { folder: 'tets' })).rejects.toThrow(
      "streamImageFiles: folder is 'tets', and archive has test, train, expected one of them; did you mean 'test'?",
    );
  });

  test('names the picture that is damaged, or leaves it out', async () => {
    const damaged = archive('');
    const at = Buffer.from(damaged).indexOf('cats/9.png') + 60; // within its data
    damaged.fill(0xff, at, at + 40);
    const source = new Blob([damaged]);
    const opened = await streamImageFiles(source, { size });
    await expect(opened.images.read(Int32Array.of(0, 1))).rejects.toThrow(
      /^archive\/cats\/9\.png: cannot be (unpacked|decoded)/,
    );
    await opened.close();
    const lenient = await streamImageFiles(source, { size, onBadPicture: 'skip' });
    expect((await lenient.images.read(Int32Array.of(0, 1))).missing).toEqual([1]);
    expect(lenient.skipped.map(({ name }) => name)).toEqual(['archive/cats/9.png']);
    await lenient.close();
    const empty = Object.assign(new File([], '0.png'), { webkitRelativePath: 'a/b/0.png' });
    const none = await streamImageFiles([empty]);
    await expect(none.images.read(Int32Array.of(0))).rejects.toThrow('b/0.png: the file is empty');
  });

  test('does not unpack more than an entry claims, nor claims that no picture needs', async () => {
    const bomb = zipSync({ 'a/0.png': new Uint8Array(2 ** 20) }) as Uint8Array<ArrayBuffer>;
    const claim = (bytes: number) => {
      const forged = bomb.slice();
      const at = Buffer.from(forged).indexOf('PK\x01\x02');
      new DataView(forged.buffer).setUint32(at + 24, bytes, true);
      return new Blob([forged]);
    };
    const reads = async (source: Blob) => (await streamImageFiles(source, { size })).images.read(Int32Array.of(0));
    await expect(reads(claim(1000))).rejects.toThrow(/a\/0\.png: cannot be unpacked/);
    await expect(reads(claim(2 ** 28))).rejects.toThrow('a/0.png: 268435456 bytes, over 134217728');
  });

  test('refuses other sources, files without folders, and files that are not archives', async () => {
    const refused = async (source: unknown, message: string | RegExp, options: StreamFolderOptions = {}) =>
      expect(streamImageFiles(source as PictureSource, options)).rejects.toThrow(message);
    await refused(null, 'streamImageFiles: source is null, expected the files of an <input');
    await refused('pictures', /source is 'pictures', expected the files/);
    await refused(
      [new File([], 'a.png')],
      /'a\.png' has no folder, expected the files of an <input type="file" webkitdirectory>/,
    );
    await refused([], 'files: no pictures in it, expected one folder of them a class');
    await refused(new File(['no archive'], 'a.zip'), /^a\.zip: not a zip archive, or a damaged one/);
    await refused(new Blob([archive('').subarray(0, 900)]), /^archive: not a zip archive, or a damaged one/);
    await refused(picked(), "cache is 'pixels.bin', expected 'memory'", { cache: 'pixels.bin' });
    await refused(
      picked(),
      /animals has no folder for the class 'cat', it has cats, dogs, notes; did you mean 'cats'/,
      { classNames: ['cat'] },
    );
  });
});

describe('Node', () => {
  test('reads an archive of a disk as the folder, whole or streamed', async () => {
    const path = join(root, 'animals.zip');
    writeFileSync(path, archive('animals/', MAC));
    const { paths, ...expected } = await onDisk();
    const opened = await streamImageFolder(path, { size });
    expect(opened.paths[1]).toBe(`${path}/cats/9.png`); // without the folder around all
    expect(await contentsOf(opened)).toEqual(expected);
    expect((await readImageFolder(path, { size })).images.data).toEqual(expected.values);
    writeFileSync(path, archive('').subarray(0, 900));
    await expect(streamImageFolder(path)).rejects.toThrow(/animals\.zip: not a zip archive/);
    await expect(streamImageFolder(join(folder, 'readme.txt'))).rejects.toThrow(
      'readme.txt: a file, expected a folder',
    );
  });

  test('follows links to classes', async () => {
    const linked = join(root, 'linked');
    mkdirSync(linked);
    for (const name of ['cats', 'dogs']) symlinkSync(join(folder, name), join(linked, name));
    const { paths, ...expected } = await onDisk();
    expect(await contentsOf(await streamImageFolder(linked, { size }))).toEqual(expected);
  });
});

/** The folder as nested entries of an archive. */
function stored(): Zippable {
  const tree: Record<string, unknown> = {};
  for (const path of filesBelow(folder)) {
    const parts = path.split('/');
    let at = tree;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[parts.at(-1)!] = readFileSync(join(folder, path));
  }
  return tree as Zippable;
}
