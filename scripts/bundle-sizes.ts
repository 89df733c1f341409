/**
 * npx tsx scripts/bundle-sizes.ts [--write]
 *
 * Measure bundles of the built package, and compare them with the table in docs/bundles.md. Fails where a figure
 * differs from it by more than 3%: a page that grew is either mended (`esbuild --analyze` shows which module was added)
 * or meant, and `--write` then writes the table.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.js';

const MODEL = `
const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
await model.fit(tensor([[1, 2]]), tensor([[3]]));
`;
const TENSORS = "import { grad, tensor } from 'nabla'; console.log(grad((x) => x.square())(tensor(1)));";

const TENSORS_ROW = '`tensor` and `grad`';
const WEBGPU_ROW = 'the same with `nabla/webgpu`';

/** Pages, by their names in the table. */
const PAGES = {
  [TENSORS_ROW]: TENSORS,
  [WEBGPU_ROW]: `import 'nabla/webgpu'; ${TENSORS}`,
  'a `sequential` model that trains with `fit`': `import { layers, sequential, tensor } from 'nabla';${MODEL}`,
  'the same with `nabla/layers`': `import { sequential, tensor } from 'nabla'; import * as layers from 'nabla/layers';${MODEL}`,
  '`loadModel` of a `.keras` file': "import { loadModel } from 'nabla'; console.log(await loadModel('model.keras'));",
};

const SCRIPT_TAG_ROW = '`dist/nabla.min.js`, all of these in a `<script>`';

/** KiB in gzip that `nabla/webgpu` may add to a page that has tensors. */
const WEBGPU_LIMIT = 25;

const TOLERANCE = 0.03;

const DOCS = new URL('../docs/bundles.md', import.meta.url);

/** Bytes: minified, in gzip, and without code splitting. */
type Row = readonly [minified: number, gzipped: number, whole: number];

async function measured(): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const [name, page] of Object.entries(PAGES)) {
    const { first } = await bundle(page);
    rows.set(name, [first.bytes, first.gzipped, (await bundle(page, false)).first.bytes]);
  }
  const script = readFileSync(new URL('../dist/nabla.min.js', import.meta.url));
  return rows.set(SCRIPT_TAG_ROW, [script.length, gzipSync(script).length, script.length]);
}

function sizeText(bytes: number): string {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(0)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

const lineOf = (name: string, row: Row): string => `| ${[name, ...row.map(sizeText)].join(' | ')} |`;

/** The figures of a line of the table, in the units of `sizeText`; null where the page has none. */
function figuresOf(line: string): number[] {
  return [...line.matchAll(/([\d.]+) ([KM])iB/g)].map(
    ([, size, unit]) => Number(size) * (unit === 'K' ? 2 ** 10 : 2 ** 20),
  );
}

const rows = await measured();
let docs = readFileSync(DOCS, 'utf8');
const faults: string[] = [];
for (const [name, row] of rows) {
  const line = lineOf(name, row);
  console.log(line);
  const written = docs.split('\n').find((each) => each.startsWith(`| ${name} |`));
  if (written === undefined) throw new Error(`docs/bundles.md has no line for ${name}`);
  const figures = figuresOf(written);
  const isOff = row.some((bytes, i) => !(Math.abs(bytes / figures[i] - 1) <= TOLERANCE));
  if (isOff) faults.push(`docs/bundles.md has ${written}`);
  docs = docs.replace(written, line);
}
const added = rows.get(WEBGPU_ROW)![1] - rows.get(TENSORS_ROW)![1];
if (process.argv.includes('--write')) writeFileSync(DOCS, docs);
else if (faults.length > 0)
  throw new Error(`bundles differ from the docs by over ${100 * TOLERANCE}%:\n${faults.join('\n')}`);
if (added > WEBGPU_LIMIT * 2 ** 10) throw new Error(`nabla/webgpu adds ${sizeText(added)}, over ${WEBGPU_LIMIT} KiB`);
