import { Command, InvalidArgumentError, Option } from 'commander';
import '../src/backends/default.js';
import '../src/gpu.js';
import '../src/webgpu.js';
import { currentBackend, setBackend } from '../src/backends/registry.js';
import { DTypeError, NablaError, ValueError } from '../src/base/errors.js';
import { readGoldenFile } from './golden/file.js';
import { runGolden } from './golden/run.js';

/*
 * Compares ops, gradients and optimizers with vectors that another library computed: npm run golden -- FILE
 */

interface Flags {
  readonly backend: string;
  readonly mode?: string;
  readonly dtype?: 'float32' | 'float64';
  readonly tolerance?: number;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number > 0');
  return value;
}

async function main(
  path: string,
  { backend, mode, dtype = backend === 'cpu' ? 'float64' : 'float32', ...flags }: Flags,
) {
  const file = readGoldenFile(path);
  await setBackend(backend, mode ? { mode } : undefined);
  const info = currentBackend().info();
  if (info.name !== backend) throw new ValueError(`expected the ${backend} backend, got ${info.name}`);
  if (!currentBackend().supports(dtype)) throw new DTypeError(`the ${backend} backend has no ${dtype}`);
  const tolerance = flags.tolerance ?? (dtype === 'float64' ? 1e-9 : 1e-4);
  console.log(`${path} (${file.generator}) on ${info.name} (${info.variant}) in ${dtype}, tolerance ${tolerance}`);
  const { passed, failures } = await runGolden(file, { dtype, tolerance });
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

const program = new Command('golden')
  .description('Compares ops, gradients and optimizers with the vectors of a file.')
  .argument('<file>', 'JSON with cases and optimizers')
  .option('--backend <name>', 'cpu, wasm, gpu or webgpu', 'cpu')
  .option('--mode <name>', 'mode of the gpu backend: webgpu, headlessgl, webasm, cpu or auto')
  .addOption(new Option('--dtype <name>', 'default float64 on cpu, else float32').choices(['float32', 'float64']))
  .option(
    '--tolerance <number>',
    'relative to max(1, max |expected|); default 1e-9 in float64, 1e-4 in float32',
    positive,
  )
  .action(main);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof NablaError)) throw error;
  console.error(`golden: ${error.message}`);
  process.exitCode = 2;
}
