/**
 * npm run bench:pictures -- [--pictures N] [--size N]
 *
 * Feeds pictures of a folder to a loop that only takes them: pictures a second with 0, 1 and 2 decoding threads, and
 * the peak memory of a process that reads 500 and then N of them (made here; links to 500 files).
 */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import jpeg from 'jpeg-js';
import { streamImageFolder } from '../src/datasets/stream-image-folder.js';

const BATCH = 32;
const FILES = 500;

const { values: flags } = parseArgs({
  options: {
    pictures: { type: 'string', default: '50000' },
    size: { type: 'string', default: '64' },
    read: { type: 'string' },
    threads: { type: 'string', default: '2' },
  },
});

/** Photograph-like JPEGs of 320×240: a gradient with noise, 20 KB or so each. */
function writePictures(folder: string, count: number): void {
  for (const name of ['a', 'b']) mkdirSync(join(folder, name), { recursive: true });
  const [width, height] = [320, 240];
  let random = 1;
  for (let index = 0; index < count; index++) {
    const path = join(folder, index % 2 ? 'a' : 'b', `${String(index).padStart(6, '0')}.jpg`);
    if (index >= FILES) {
      linkSync(join(folder, index % 2 ? 'a' : 'b', `${String(index % FILES).padStart(6, '0')}.jpg`), path);
      continue;
    }
    const data = Buffer.alloc(width * height * 4, 255);
    for (let at = 0; at < width * height; at++) {
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
      const noise = (random >> 16) & 31;
      data.set([(at % width) / 2 + noise, at / width + noise, 128 + noise], at * 4);
    }
    writeFileSync(path, jpeg.encode({ width, height, data }, 85).data);
  }
}

async function read(folder: string, threads: number): Promise<{ seconds: number; count: number }> {
  const size = Number(flags.size);
  const { images, close } = await streamImageFolder(folder, { size: [size, size], threads });
  const [count] = images.shape;
  const began = performance.now();
  for (let start = 0; start < count; start += BATCH) {
    await images.read(Int32Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => start + index));
  }
  const seconds = (performance.now() - began) / 1000;
  await close();
  return { seconds, count };
}

/** Read a folder in a process of its own. @returns pictures a second, and the peak of its memory in MiB */
function measured(folder: string, threads: number): { rate: number; peak: number } {
  const args = [
    ...process.execArgv,
    process.argv[1],
    '--read',
    folder,
    '--threads',
    String(threads),
    '--size',
    flags.size,
  ];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

if (flags.read) {
  const { seconds, count } = await read(flags.read, Number(flags.threads));
  console.log(JSON.stringify({ rate: count / seconds, peak: process.resourceUsage().maxRSS / 1024 }));
} else {
  const root = mkdtempSync(join(tmpdir(), 'nabla-pictures-'));
  try {
    const small = join(root, 'small');
    const large = join(root, 'large');
    writePictures(small, FILES);
    for (const threads of [0, 1, 2]) {
      const { rate } = measured(small, threads);
      console.log(`${threads} threads: ${rate.toFixed(0)} pictures a second`);
    }
    writePictures(large, Number(flags.pictures));
    for (const [folder, count] of [
      [small, FILES],
      [large, Number(flags.pictures)],
    ] as const) {
      console.log(`${count} pictures: peak ${measured(folder, 2).peak.toFixed(0)} MiB`);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}
