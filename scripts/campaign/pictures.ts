import { readFileSync } from 'node:fs';
import { decodeIdx } from '../../src/images/decode-idx.js';
import { decodeImage } from '../../src/images/decode-image.js';
import type { Subject } from './subjects.js';

const FILES = {
  'png, interlaced': 'colour-6-depth-8-interlaced.png',
  'png with a palette': 'colour-3-depth-4.png',
  jpeg: 'rgb-40x21-subsampling-2-restart-marker-blocks-2.jpg',
  'jpeg, progressive': 'rgb-17x33-subsampling-2-progressive-true-quality-40.jpg',
};

const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));

/** One subject for each kind of picture, and an IDX file. */
export function pictureSubjects(): Subject[] {
  const pictures = Object.entries(FILES).map(([name, file]): Subject => {
    const ending = file.slice(file.lastIndexOf('.'));
    const read = async (bytes: Uint8Array) => void (await decodeImage(bytes, `subject${ending}`));
    return { name, bytes: bytesOf(`test/fixtures/images/${file}`), read };
  });
  const read = async (bytes: Uint8Array) => void (await decodeIdx(bytes, { name: 'subject.idx' }));
  return [
    ...pictures,
    { name: 'idx, gzipped', bytes: bytesOf('assets/fashion-mnist/t10k-labels-idx1-ubyte.gz'), read },
  ];
}
