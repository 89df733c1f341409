import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { hasTurbo } from '../../src/backends/wasm/variant.js';
import { loadModel } from '../../src/io/load.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-turbo-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** What a command prints, in a process whose V8 has no flags yet. @param stopAt ends it as Ctrl+C does, once printed */
function nabla(args: readonly string[], variant?: string, stopAt?: string): Promise<string> {
  const { NABLA_WASM, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: root,
    env: { ...env, ...(variant && { NABLA_WASM: variant }) },
  });
  children.push(child);
  let printed = '';
  let isStopping = false;
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        if (isStopping || !stopAt || !printed.includes(stopAt)) return;
        isStopping = true;
        child.kill('SIGINT');
      });
    }
    child.once('close', (code) => (code === 0 ? resolve(printed) : reject(new Error(printed))));
  });
}

const SMALL = ['--limit', '800', '--test-limit', '20', '--epochs', '3', '--seed', '5'];
const train = (out: string, more: readonly string[], variant?: string, stopAt?: string) =>
  nabla(['train', '--out', join(folder, out), ...SMALL, ...more], variant, stopAt);

const variantOf = (run: string): string =>
  JSON.parse(readFileSync(join(folder, run, 'resume.json'), 'utf8')).state.variant;

async function weightsOf(run: string) {
  const model = await loadModel(join(folder, run, 'model.keras'));
  return Promise.all(model.weights.map(({ variable }) => variable.data()));
}

const best = hasTurbo() ? 'turbo' : 'relaxed';

describe('a run that is resumed', () => {
  test.each([
    // What runs by default, and one that is asked for; each is resumed where another would be taken.
    [best, undefined, 'simd'],
    ['simd', 'simd', undefined],
  ])('continues on %s with which it began, to the bit', async (variant, begin, resume) => {
    await train(`whole-${variant}`, [], begin);
    await train(`parted-${variant}`, [], begin, 'Epoch 2/3');
    expect(variantOf(`parted-${variant}`)).toBe(variant);
    const printed = await nabla(['train', '--resume', join(folder, `parted-${variant}`)], resume);
    expect(printed).not.toContain('continues on');
    expect(await weightsOf(`parted-${variant}`)).toEqual(await weightsOf(`whole-${variant}`));
  });

  test('would have ended elsewhere on another variant', async () => {
    expect(await weightsOf('whole-simd')).not.toEqual(await weightsOf(`whole-${best}`));
    if (!hasTurbo()) return;
    await train('whole-relaxed', ['--no-turbo']);
    expect(await weightsOf('whole-relaxed')).not.toEqual(await weightsOf('whole-turbo'));
  });

  test('reports a missing variant', async () => {
    await train('moved', [], 'simd', 'Epoch 2/3');
    const file = join(folder, 'moved/resume.json');
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...saved, state: { ...saved.state, variant: 'turbo' } }));
    const printed = await nabla(['train', '--resume', join(folder, 'moved')]);
    const warning = 'train: the run began on wasm, turbo, and continues on wasm, relaxed, which rounds otherwise';
    if (hasTurbo()) expect(printed).not.toContain('continues on');
    else expect(printed).toContain(`${warning}: turbo not used: it needs Node 24`);
  });

  test('takes no --no-turbo', async () => {
    await expect(nabla(['train', '--resume', folder, '--no-turbo'])).rejects.toThrow(
      '--no-turbo is given with --resume',
    );
  });
});

describe('nabla bench', () => {
  const bench = async (more: readonly string[], variant?: string) =>
    JSON.parse(await nabla(['bench', 'matmul', '--product', '3x4x5', '--runs', '1', '--json', ...more], variant))
      .rows[0].backend;

  test('uses turbo where it is, unless --no-turbo is given', async () => {
    expect(await bench([])).toContain(best);
    expect(await bench(['--no-turbo'])).toContain('relaxed');
    expect(await bench(['--no-turbo'], 'turbo')).toContain('relaxed');
    expect(await bench(['--no-turbo'], 'simd')).toContain('simd');
  });
});
