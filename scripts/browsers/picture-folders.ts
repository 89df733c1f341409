import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { streamImageFolder } from '../../src/datasets/stream-image-folder.js';
import type { Site } from './site.js';

/** Options that `pages/picture-folders.ts` and this file open the pictures with. */
export const OPTIONS = { size: [24, 20] as [number, number] };

/** Pictures of two classes, half of them JPEGs, and a file that is none. */
const FOLDER: Readonly<Record<string, Uint8Array>> = Object.fromEntries([
  ...Array.from({ length: 10 }, (_, index) => {
    const [width, height] = [40 + index, 31 - index];
    const channels = index % 2 ? 4 : 3;
    const data = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * (3 + index)) % 256);
    const bytes = index % 2 ? jpeg.encode({ width, height, data }, 85).data : encode({ width, height, data, channels });
    return [`${index % 3 ? 'cats' : 'dogs/old'}/${index}.${index % 2 ? 'jpg' : 'png'}`, Uint8Array.from(bytes)];
  }),
  ['notes.txt', Uint8Array.of(1)],
]);

/** The pictures as Node reads them from a disk. */
async function readInNode(): Promise<object> {
  const root = mkdtempSync(join(tmpdir(), 'nabla-browsers-'));
  try {
    for (const [path, bytes] of Object.entries(FOLDER)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), bytes);
    }
    const { images, labels, classNames, paths, close } = await streamImageFolder(root, OPTIONS);
    const { values } = await images.read(Int32Array.from(labels.data.keys()));
    await close();
    return {
      options: OPTIONS,
      paths: paths.map((path) => relative(root, path)),
      labels: [...labels.data],
      classNames,
      values: [...values],
    };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The pictures one by one, as an archive, and what Node makes of them. */
export const pictureFolders = async (): Promise<Site['files']> => ({
  ...Object.fromEntries(Object.entries(FOLDER).map(([path, bytes]) => [`/animals/${path}`, bytes])),
  '/animals.zip': zipSync(
    Object.fromEntries(Object.entries(FOLDER).map(([path, bytes]) => [`animals/${path}`, bytes])),
  ),
  '/expected.json': JSON.stringify({ files: Object.keys(FOLDER), ...(await readInNode()) }),
});
