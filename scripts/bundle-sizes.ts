/**
 * npx tsx scripts/bundle-sizes.ts
 *
 * Measure bundles of the built package. Fails if one has grown by more than a tenth since its limit was set;
 * `esbuild --analyze` then shows which module was added.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.js';

const MODEL = `
const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
await model.fit(tensor([[1, 2]]), tensor([[3]]));
`;

interface Row {
  readonly name: string;
  readonly page: string;
  /** Size when the limit was set, in KiB of gzip, of everything that loads before the page's first line runs. */
  readonly gzipped: number;
  /** Whether the page has models, which read and write HDF5: a bundle in one file then includes h5wasm. */
  readonly hasModels: boolean;
}

const ROWS: readonly Row[] = [
  {
    name: 'tensor and grad',
    page: "import { grad, tensor } from 'nabla'; console.log(grad((x) => x.square())(tensor(1)));",
    gzipped: 70,
    hasModels: false,
  },
  {
    name: 'layers and fit',
    page: `import { layers, sequential, tensor } from 'nabla';${MODEL}`,
    gzipped: 154,
    hasModels: true,
  },
  {
    name: 'nabla/layers and fit',
    page: `import { sequential, tensor } from 'nabla'; import * as layers from 'nabla/layers';${MODEL}`,
    gzipped: 132,
    hasModels: true,
  },
  {
    name: 'nabla/webgpu',
    page: "import { grad, tensor } from 'nabla'; import 'nabla/webgpu'; console.log(grad((x) => x.square())(tensor(1)));",
    gzipped: 94,
    hasModels: false,
  },
  {
    name: 'loadModel',
    page: "import { loadModel } from 'nabla'; console.log(await loadModel('model.keras'));",
    gzipped: 181,
    hasModels: true,
  },
];

/** What `<script>` loads, by scripts/build-script-tag.ts; size in KiB of gzip when the limit was set. */
const SCRIPT_TAG = { file: 'dist/nabla.min.js', gzipped: 272 };

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;

/** KiB in gzip that `nabla/webgpu` may add to a page that has tensors. */
const WEBGPU = 25;

const over: string[] = [];
const sizes = new Map<string, number>();
for (const { name, page, gzipped, hasModels } of ROWS) {
  const { first } = await bundle(page);
  const whole = (await bundle(page, false)).first;
  const limit = gzipped * 1024 * 1.1;
  const size = `${kibibytes(first.bytes)}, ${kibibytes(first.gzipped)} in gzip (limit ${kibibytes(limit)})`;
  console.log(`${name}: ${size}; without splitting ${kibibytes(whole.bytes)}`);
  sizes.set(name, first.gzipped);
  if (first.gzipped > limit || (!hasModels && whole.gzipped > limit)) over.push(name);
}
const added = sizes.get('nabla/webgpu')! - sizes.get('tensor and grad')!;
console.log(`nabla/webgpu adds ${kibibytes(added)} in gzip (limit ${WEBGPU} KiB)`);
if (added > WEBGPU * 1024) over.push('nabla/webgpu by itself');
const script = readFileSync(new URL(`../${SCRIPT_TAG.file}`, import.meta.url));
const scriptLimit = SCRIPT_TAG.gzipped * 1024 * 1.1;
const scriptSize = gzipSync(script).length;
console.log(
  `${SCRIPT_TAG.file}: ${kibibytes(script.length)}, ${kibibytes(scriptSize)} in gzip (limit ${kibibytes(scriptLimit)})`,
);
if (scriptSize > scriptLimit) over.push(SCRIPT_TAG.file);
if (over.length > 0) throw new Error(`bundles over their limits: ${over.join(', ')}`);
