import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, expect, test } from 'vitest';

/* Pages with a strict Content-Security-Policy, and hardened Node, make no code from strings. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-csp-'));
afterAll(() => rmSync(folder, { recursive: true }));

const nabla = (...args: string[]): string =>
  execFileSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--import', 'tsx', 'src/cli/main.ts', ...args],
    { cwd: root, encoding: 'utf8' },
  );

test('trains, evaluates, predicts from PNG and JPEG, and draws without code from strings', () => {
  expect(() =>
    execFileSync(process.execPath, ['--disallow-code-generation-from-strings', '-e', 'new Function("")'], {
      stdio: 'pipe',
    }),
  ).toThrow('EvalError');

  const run = join(folder, 'run');
  const small = ['--limit', '64', '--test-limit', '20', '--epochs', '1'];
  expect(nabla('train', '--out', run, ...small)).toContain(`report: ${join(run, 'report.html')}`);
  const model = join(run, 'model.keras');
  expect(nabla('evaluate', model, '--data', 'fashion-mnist', '--limit', '20')).toMatch(/accuracy 0\.\d+/);

  const [width, height] = [28, 28];
  const rgba = new Uint8Array(width * height * 4).fill(128);
  writeFileSync(join(folder, 'a.png'), encodePng({ width, height, channels: 4, data: rgba }));
  writeFileSync(join(folder, 'b.jpg'), jpeg.encode({ width, height, data: rgba }, 90).data);
  const pictures = [join(folder, 'a.png'), join(folder, 'b.jpg')];
  expect(
    nabla('predict', model, ...pictures)
      .trim()
      .split('\n'),
  ).toHaveLength(2);
  nabla('plot', model, '--out', join(folder, 'model.svg'));
}, 60_000);
