import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-interrupt-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A child process, and its output so far. */
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
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const prints = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => printed.includes(text) && resolve();
      watchers.push(look);
      look();
      void ended.then(() => reject(new Error(`ended without '${text}':\n${printed}`)));
    });
  return { child, ended, prints, printed: () => printed };
}

const LONG = ['--epochs', '500', '--limit', '6000', '--test-limit', '2000', '--seed', '1'];
const train = (...args: string[]) => start(['src/cli/main.ts', 'train', ...args]);
const stateOf = (run: string) => JSON.parse(readFileSync(join(run, 'resume.json'), 'utf8')).state;

describe('a run ends after the step, and saves its model and position', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s', async (signal) => {
    const out = join(folder, signal);
    const { child, ended, prints, printed } = train('--out', out, ...LONG);
    await prints('Epoch 1/500');
    // A terminal and npm each send one.
    child.kill(signal);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(printed()).toContain('stopping after this step');
    expect(printed()).toContain(`--resume ${out}`);
    expect(printed()).not.toContain('val_loss');
    expect(printed()).not.toContain('Epoch 2/');
    const { position } = stateOf(out);
    expect(position.epoch).toBe(0);
    expect(position.position.step).toBeGreaterThan(0);
    expect(position.position.step).toBeLessThan(Math.ceil(6000 / 32));
    expect(existsSync(join(out, 'model.keras'))).toBe(true);
    expect(existsSync(join(out, 'report.html'))).toBe(false);
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp') || name === 'run.lock')).toEqual([]);
  });

  test('though its terminal is gone', async () => {
    const out = join(folder, 'closed');
    const { child, ended, prints } = train('--out', out, ...LONG);
    await prints('Epoch 1/500');
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    expect(await ended).toBe(0);
    expect(stateOf(out).position.position.step).toBeGreaterThan(0);
  });
});

test('a second process is refused while a run owns its folder, and takes over when it was killed', async () => {
  const out = join(folder, 'owned');
  const first = train('--out', out, ...LONG);
  await first.prints('Epoch 1/500');
  const second = train('--out', out, ...LONG);
  expect(await second.ended).toBe(1);
  expect(second.printed()).toContain(`nabla: train: ${out} belongs to a run of process ${first.child.pid}`);
  const third = train('--resume', out);
  expect(await third.ended).toBe(1);
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  const fourth = train('--out', out, ...LONG);
  expect(await fourth.ended).toBe(1);
  expect(fourth.printed()).toContain(`${out} contains an unfinished run`);
  const resumed = train('--resume', out);
  await resumed.prints('Epoch ');
  resumed.child.kill('SIGTERM');
  expect(await resumed.ended).toBe(0);
}, 60_000);

describe('a second press', () => {
  const program = (saving: boolean) => `const { Interrupt } = await import('./src/cli/run/interrupt.ts');
    const interrupt = new Interrupt(console.log);
    ${saving ? 'interrupt.saving();' : ''}
    setInterval(() => console.log(interrupt.happened ? 'noted' : 'ready'), 20);`;

  test.each([
    [false, 130],
    [true, null],
  ])('ends the process at once, unless it is saving (%s)', async (saving, code) => {
    const { child, ended, prints } = start(['--input-type=module', '-e', program(saving)]);
    await prints('ready');
    child.kill('SIGINT');
    await prints('noted');
    await pause(700);
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    if (code !== null) expect(await ended).toBe(code);
    else {
      await prints('the run is being saved');
      expect(child.exitCode).toBe(null);
    }
  });
});
