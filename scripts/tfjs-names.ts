/**
 * npm run tfjs-names [-- --read]
 *
 * Write docs/from-tfjs.md: which of tfjs's names nabla has, by namespace and class. `--read` first reads the names of
 * the tfjs in bench/peers (`npm install` there) into scripts/tfjs-names/exports.json. Reasons in
 * scripts/tfjs-names/reasons.json for names that are there meanwhile are dropped; a name that is missing without one is
 * an error.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prune } from './tfjs-names/compare.js';
import { EXPORTS_FILE, savedExports } from './tfjs-names/exports.js';
import { makePage, PAGE, REASONS, readReasons } from './tfjs-names/page.js';
import { isInstalled, readExports } from './tfjs-names/read-exports.js';

function writeJSON(file: URL, content: unknown): void {
  writeFileSync(file, JSON.stringify(content));
  execFileSync('npx', ['biome', 'format', '--write', fileURLToPath(file)]);
}

if (process.argv.includes('--read')) {
  if (!isInstalled()) throw new Error('tfjs is not installed: npm install --prefix bench/peers');
  writeJSON(EXPORTS_FILE, readExports());
}
const exports = savedExports();
const reasons = prune(exports, readReasons());
writeJSON(REASONS, reasons);
writeFileSync(PAGE, makePage(exports, reasons));
