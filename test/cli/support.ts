import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { vi } from 'vitest';

/** Run a command and return its output. @param watch receives each line as it is printed */
export async function run(command: Command, args: readonly string[], watch: (line: string) => void = () => {}) {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
    watch(line);
  });
  try {
    await command.parseAsync([...args], { from: 'user' });
    return lines.join('\n');
  } finally {
    log.mockRestore();
  }
}

export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** CIFAR-10's files with one even grey image a class, the lighter the higher its number. */
export function writeGreyCifar10(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const records = new Uint8Array(10 * 3073);
  for (let label = 0; label < 10; label++) {
    records.fill(label * 25, label * 3073 + 1, (label + 1) * 3073);
    records[label * 3073] = label;
  }
  for (const name of ['data_batch_1.bin', 'test_batch.bin']) writeFileSync(join(folder, name), records);
  writeFileSync(join(folder, 'batches.meta.txt'), `${CIFAR10_CLASSES.join('\n')}\n`);
  return folder;
}
