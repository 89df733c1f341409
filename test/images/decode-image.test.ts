import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeImage } from '../../src/images/decode-image.js';

/* Compared with Pillow's pixels of each file; scripts/golden/images.py wrote both. */

const folder = fileURLToPath(new URL('../fixtures/images/', import.meta.url));
const sums: Record<string, string> = JSON.parse(readFileSync(`${folder}sums.json`, 'utf8'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('there is a sum of every file', () => {
  expect(Object.keys(sums).sort()).toEqual(
    readdirSync(folder)
      .filter((name) => name !== 'sums.json')
      .sort(),
  );
});

test.each(Object.entries(sums))("%s gives Pillow's bytes", async (name, sum) => {
  const { data } = await decodeImage(readFileSync(`${folder}${name}`), name);
  expect(sha256(data)).toBe(sum);
});
