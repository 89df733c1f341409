/**
 * Writes the sample of Fashion-MNIST that the package contains: the first 1,000 training and 200 test images of each
 * class, in the order of the official files. The result depends on nothing else.
 *
 *   npx tsx scripts/make-fashion-mnist-sample.ts <folder with the four official files>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { assetFolder } from '../src/datasets/locations.js';
import { readMnist } from '../src/datasets/mnist.js';
import type { Split } from '../src/images/image-set.js';
import { takeBalanced } from '../src/images/select.js';

const COUNTS: Record<Split, number> = { train: 10_000, test: 2_000 };

function idx(shape: number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  for (const [axis, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  return Buffer.concat([header, data]);
}

/** Compress with each of deflate's strategies and return the shortest result. */
function gzipSmallest(bytes: Uint8Array): Uint8Array {
  const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE];
  const candidates = strategies.map((strategy) => gzipSync(bytes, { level: 9, memLevel: 9, strategy }));
  return candidates.sort((a, b) => a.length - b.length)[0];
}

const source = process.argv[2];
if (!source) throw new Error('expected one argument: the folder with the four official files');
const target = assetFolder('fashion-mnist');
mkdirSync(target, { recursive: true });
for (const [split, prefix] of [
  ['train', 'train'],
  ['test', 't10k'],
] as const) {
  const { images, labels } = takeBalanced(await readMnist(source, split), COUNTS[split]);
  const files = {
    [`${prefix}-images-idx3-ubyte.gz`]: idx(images.shape.slice(0, 3), images.data),
    [`${prefix}-labels-idx1-ubyte.gz`]: idx(labels.shape, Uint8Array.from(labels.data)),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const compressed = gzipSmallest(bytes);
    writeFileSync(join(target, name), compressed);
    console.log(`${name}: ${bytes.length} bytes, ${compressed.length} compressed`);
  }
}
