/**
 * How large bundles of the built package are. Fails when one has grown by more than a tenth of what it was when its limit was set:
 * a module that should not be there is found that way, by `esbuild --analyze`.
 */
import { bundle } from './bundle.js';

const MODEL = `
const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
await model.fit(tensor([[1, 2]]), tensor([[3]]));
`;

interface Row {
  readonly name: string;
  readonly page: string;
  /** KiB in gzip when the limit was set, of what loads before the page's first line. */
  readonly gzipped: number;
  /** Whether it has models, which read and write HDF5: then one file holds h5wasm too. */
  readonly hasModels: boolean;
}

const ROWS: readonly Row[] = [
  {
    name: 'tensor and grad',
    page: "import { grad, tensor } from 'nabla'; console.log(grad((x) => x.square())(tensor(1)));",
    gzipped: 91,
    hasModels: false,
  },
  {
    name: 'layers and fit',
    page: `import { layers, sequential, tensor } from 'nabla';${MODEL}`,
    gzipped: 135,
    hasModels: true,
  },
  {
    name: 'nabla/layers and fit',
    page: `import { sequential, tensor } from 'nabla'; import * as layers from 'nabla/layers';${MODEL}`,
    gzipped: 125,
    hasModels: true,
  },
  {
    name: 'loadModel',
    page: "import { loadModel } from 'nabla'; console.log(await loadModel('model.keras'));",
    gzipped: 150,
    hasModels: true,
  },
];

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;

/** Prints the table. @throws Error when a bundle is over its limit */
export async function checkBundleSizes(): Promise<void> {
  const over: string[] = [];
  for (const { name, page, gzipped, hasModels } of ROWS) {
    const { first } = await bundle(page);
    const whole = (await bundle(page, false)).first;
    const limit = gzipped * 1024 * 1.1;
    const size = `${kibibytes(first.bytes)}, ${kibibytes(first.gzipped)} in gzip (limit ${kibibytes(limit)})`;
    console.log(`${name}: ${size}; without splitting ${kibibytes(whole.bytes)}`);
    if (first.gzipped > limit || (!hasModels && whole.gzipped > limit)) over.push(name);
  }
  if (over.length > 0) throw new Error(`bundles over their limits: ${over.join(', ')}`);
}
