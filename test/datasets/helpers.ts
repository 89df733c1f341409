import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect } from 'vitest';
import { FormatError } from '../../src/base/errors.js';

/** The full data sets, if they exist next to the checkout; tests that need one are skipped without it. */
export const SHARED_DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const hasShared = (name: string) => existsSync(join(SHARED_DATA, name));

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An IDX file: header for a shape, then the bytes. */
export function idxBytes(shape: number[], data: ArrayLike<number>, elementType = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(elementType * 256 + shape.length);
  for (const [axis, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  return Buffer.concat([header, Uint8Array.from(data)]);
}

export const gzip = (bytes: Uint8Array) => gzipSync(bytes, { level: 6 });

/** The promise must fail with a FormatError whose message names the file and matches. */
export async function expectFormatError(result: Promise<unknown>, path: string, message: RegExp): Promise<void> {
  const error = await result.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  expect(error.message).toContain(path);
  expect(error.message).toMatch(message);
}
