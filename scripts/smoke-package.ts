/**
 * Packs the package as npm publishes it, installs it into an empty folder, and uses it there: as ES modules, as the
 * separate modules for bundlers, as CommonJS, under Jest, in Node and in jsdom, through its types and through its
 * command line.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import * as nabla from '../src/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-smoke-'));
const run = (command: string, args: readonly string[], cwd = folder): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NABLA_THREADS: '2' },
  });

const PROGRAM = `
const program = async () => {
  const x = nb.tensor([[1, 2], [3, 4]]);
  const slope = nb.grad((x) => x.matMul(x).sum())(x);
  if (slope.dataSync().join() !== '7,11,9,13') throw new Error('wrong gradient: ' + slope);
  // Large enough to run on several threads.
  nb.tidy(() => nb.matMul(nb.ones([512, 512]), nb.ones([512, 512])).dataSync());
  const { name, variant, threads } = nb.backendInfo();
  if (threads !== 2) throw new Error(threads + ' threads, expected 2');
  const model = nb.sequential({ layers: [nb.layers.dense({ units: 3, inputShape: [2], activation: 'softmax' })] });
  for (const file of ['model.keras', 'model.h5', 'model.safetensors']) {
    await model.save(file);
    const loaded = await nb.loadModel(file);
    if (String(loaded.predict(x)) !== String(model.predict(x))) throw new Error(file + ': predictions differ');
  }
  // A class field must not replace the export of the same name.
  nb.layers.normalization({ mean: 0, variance: 1 });
  if (nb.mean([1, 3]).dataSync()[0] !== 2) throw new Error('mean is not the op');
  console.log(name, variant, threads, 'threads, ok');
};
`;

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', `./${tarball}`]);

  const installed = join(folder, 'node_modules/nabla');
  const { unpkg, jsdelivr } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const path of [unpkg, jsdelivr]) {
    const bytes = readFileSync(join(installed, path));
    if (bytes.some((byte) => byte > 127)) throw new Error(`${path} is not ASCII`);
    const names: unknown = runInNewContext(`${bytes};Object.keys(nabla)`, {});
    const missing = Object.keys(nabla).filter((name) => !(names as string[]).includes(name));
    if (missing.length > 0) throw new Error(`${path} lacks ${missing.join(', ')}`);
  }
  console.log(`script tag: ${unpkg}, ${(statSync(join(installed, unpkg)).size / 1024).toFixed(0)} KiB of ASCII`);

  writeFileSync(join(folder, 'module.mjs'), `import * as nb from 'nabla';${PROGRAM}await program();`);
  writeFileSync(
    join(folder, 'files.mjs'),
    `import * as nb from './node_modules/nabla/dist/modules/index.js';${PROGRAM}await program();`,
  );
  writeFileSync(join(folder, 'common.cjs'), `const nb = require('nabla');${PROGRAM}program();`);
  console.log('esm:', run('node', ['module.mjs']).trim());
  console.log('esm, file by file:', run('node', ['files.mjs']).trim());
  console.log('cjs:', run('node', ['common.cjs']).trim());

  // Jest runs CommonJS in a context with its own globals. h5wasm is an ES module, which takes the flag.
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', 'jest@30', 'jest-environment-jsdom@30']);
  writeFileSync(
    join(folder, 'jest.test.cjs'),
    `const nb = require('nabla');${PROGRAM}test('the package', program); test('nabla/node', () => void require('nabla/node'));`,
  );
  // Its jsdom has typed arrays of another realm and no TextEncoder.
  writeFileSync(
    join(folder, 'jsdom.test.cjs'),
    `/** @jest-environment jsdom */\nconst nb = require('nabla');${PROGRAM}test('the package', program); test('its arrays', () => expect(nb.tensor(new window.Float32Array([1])).shape).toEqual([1]));`,
  );
  run(process.execPath, ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--silent']);
  console.log('jest: passed, in Node and in jsdom');

  writeFileSync(
    join(folder, 'entries.mjs'),
    `import { createRequire } from 'node:module';
     const entries = ['nabla/layers', 'nabla/images', 'nabla/node', 'nabla/plots', 'nabla/gpu', 'nabla/webgpu'];
     await Promise.all(entries.map((name) => import(name)));
     entries.map(createRequire(import.meta.url));
     const files = ['layers', 'images', 'node', 'plots', 'gpu', 'webgpu'].map((name) => './node_modules/nabla/dist/modules/' + name + '.js');
     await Promise.all(files.map((name) => import(name)));`,
  );
  run('node', ['entries.mjs']);
  console.log('entries: nabla/layers, nabla/images, nabla/node, nabla/plots, nabla/gpu, nabla/webgpu load');

  // Members of namespaces as types. Without --skipLibCheck the declarations themselves are checked, too.
  writeFileSync(
    join(folder, 'typed.mts'),
    `import { callbacks, data, layers, type losses, metrics, optimizers, type Tensor, tensor } from 'nabla';
     import { dense } from 'nabla/layers';
     import { csvLogger } from 'nabla/node';
     import type { Theme } from 'nabla/plots';
     import type { GpuMode } from 'nabla/gpu';
     class Watch extends callbacks.Callback {
       override onEpochEnd(epoch: number, logs?: callbacks.Logs): void {
         console.log(epoch, logs?.loss);
       }
     }
     const watchers: callbacks.Callback[] = [new Watch(), new callbacks.EarlyStopping(), csvLogger('log.csv')];
     const options: optimizers.AdamOptions = { learningRate: 0.01 };
     const optimizer: optimizers.Optimizer = optimizers.adam(options);
     const numbers: data.Dataset<number> = data.array([1, 2, 3]);
     const layer: layers.Layer = dense({ units: 3 });
     const metric: metrics.Metric = new metrics.Precision({ thresholds: [0.3, 0.7] });
     const found: number = new metrics.Recall().result();
     const y: Tensor = tensor([1, 2]).square().sum();
     // @ts-expect-error: methods are typed, so a misspelt one is an error
     tensor([1, 2]).sqare();
     export type Names = [Theme, GpuMode, typeof losses];
     console.log(watchers, optimizer, numbers, y.shape, layer, metric, found);
    `,
  );
  // Without @types/node, in the oldest library that has the classes of ES2022, as each kind of project resolves
  // modules.
  for (const moduleResolution of ['bundler', 'node16', 'nodenext']) {
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
    const shared = { strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], types: [] };
    const project = { compilerOptions: { ...shared, module, moduleResolution }, files: ['typed.mts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  }
  console.log('types: strict projects compile, by bundler, node16 and nodenext');

  console.log('cli:', run('npx', ['--no-install', 'nabla', '--version']).trim());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
