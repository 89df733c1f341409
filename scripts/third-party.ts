/**
 * tsx scripts/third-party.ts
 *
 * Write `dist/THIRD-PARTY.txt`: the licences of packages that the build puts into the files of `dist`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

/** In Node's files and `dist/modules`: charts and archives; in `nabla.min.js` and its companions: the others. */
const PACKAGES = ['echarts', 'zrender', 'tslib', 'unzipit', 'fflate', 'h5wasm'];

const parts = PACKAGES.map((name) => {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => entry.name).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name}: no licence in ${folder}`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version}, ${license}\n\n${texts.join('\n\n')}`;
});
const head = 'The files of this folder include parts of these packages.';
writeFileSync(
  new URL('../dist/THIRD-PARTY.txt', import.meta.url),
  `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
);
