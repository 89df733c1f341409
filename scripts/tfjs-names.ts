/**
 * npm run tfjs-names -- FILE
 *
 * Counts which of tfjs's public names nabla has. FILE is JSON with lists of names by group; missing names for which
 * docs/from-tfjs.md gives a reason are counted separately. Exits with 1 if any other name is missing.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as nb from '../src/index.js';

const [file] = process.argv.slice(2);
if (!file) {
  console.error('usage: npm run tfjs-names -- FILE');
  process.exit(2);
}
const groups: Record<string, readonly string[] | string> = JSON.parse(readFileSync(file, 'utf8'));

/** The object that has the names of each group. */
const places: Readonly<Record<string, object>> = {
  layers: nb.layers,
  initializers: nb.initializers,
  regularizers: nb.regularizers,
  constraints: nb.constraints,
  metrics: nb.metrics,
  losses: nb.losses,
  train: nb.train,
  callbacks: nb.callbacks,
  data: nb.data,
  image: nb.image,
  core: nb,
  tensorMethods: nb.Tensor.prototype,
  modelMethods: new nb.Sequential(),
};

const page = readFileSync(fileURLToPath(new URL('../docs/from-tfjs.md', import.meta.url)), 'utf8');
/** Names in the first column of the table of missing names. */
const explained = new Set([...page.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name));

let present = 0;
let total = 0;
const unexplained: string[] = [];
for (const [group, names] of Object.entries(groups)) {
  if (typeof names === 'string') continue;
  const place = places[group];
  if (!place) throw new Error(`${file}: unknown group ${group}`);
  const missing = names.filter((name) => !(name in place));
  present += names.length - missing.length;
  total += names.length;
  const text = missing.map((name) => (explained.has(`${group}.${name}`) ? `${name} (explained)` : name)).join(', ');
  console.log(`${group.padEnd(14)} ${names.length - missing.length}/${names.length}${text && `  missing: ${text}`}`);
  unexplained.push(...missing.map((name) => `${group}.${name}`).filter((name) => !explained.has(name)));
}
console.log(
  `${present} of ${total} names, ${((100 * present) / total).toFixed(1)}%; ${unexplained.length} missing without a reason`,
);
process.exitCode = unexplained.length > 0 ? 1 : 0;
