import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-interrupt-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process of its own, and what it has printed. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root });
  children.push(child);
  let printed = '';
  const watchers: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const prints = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => printed.includes(text) && resolve();
      watchers.push(look);
      look();
      void ended.then(() => reject(new Error(`ended without '${text}':\n${printed}`)));
    });
  return { child, ended, prints, printed: () => printed };
}

test('Ctrl-C ends a run after the step, with its model and where it stands in files', async () => {
  const out = join(folder, 'run');
  const options = ['--out', out, '--epochs', '500', '--limit', '6000', '--test-limit', '2000', '--seed', '1'];
  const { child, ended, prints, printed } = start(['src/cli/main.ts', 'train', ...options]);
  await prints('Epoch 1/500');
  // As a terminal and npm do, each of its own accord.
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(printed()).toContain('stopping after this step');
  expect(printed()).toContain(`--resume ${out}`);
  expect(printed()).not.toContain('val_loss');
  expect(printed()).not.toContain('Epoch 2/');
  const { epoch, position } = JSON.parse(readFileSync(join(out, 'resume.json'), 'utf8'));
  expect(epoch).toBe(0);
  expect(position.step).toBeGreaterThan(0);
  expect(position.step).toBeLessThan(Math.ceil(6000 / 32));
  expect(existsSync(join(out, 'model.keras'))).toBe(true);
  expect(existsSync(join(out, 'report.html'))).toBe(false);
});

test('Ctrl-C pressed again ends the process at once', async () => {
  const program = `const { Interrupt } = await import('./src/cli/run/interrupt.ts');
    const interrupt = new Interrupt();
    setInterval(() => console.log(interrupt.happened ? 'noted' : 'ready'), 20);`;
  const { child, ended, prints } = start(['--input-type=module', '-e', program]);
  await prints('ready');
  child.kill('SIGINT');
  await prints('noted');
  await pause(700);
  expect(child.exitCode).toBe(null);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
});
