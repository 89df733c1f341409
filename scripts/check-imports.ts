/** Part of `npm run lint`: the imports of `src`, types included, follow the order of its folders and form no circle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrowsOf } from './imports/import-graph.js';
import { ORDER, TOLERATED } from './imports/order.js';
import { faultsOf } from './imports/rules.js';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
const files = new Map(
  paths.map((path) => [path.replaceAll(sep, posix.sep), readFileSync(join(src, path), 'utf8')] as const),
);
const faults = faultsOf(arrowsOf(files), ORDER, TOLERATED);
for (const fault of faults) console.error(`imports: ${fault}`);
console.log(`imports: ${files.size} files, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
