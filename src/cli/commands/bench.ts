import { Argument, Command, Option } from 'commander';
import { integerOption } from '../integer-option.js';
import { type BenchOptions, benchConv2d } from './bench-conv2d.js';

/** `nabla bench`: time a kernel and its gradients on a backend. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('time a kernel and its gradients: the first call, a call that is read back, calls in a row')
    .addArgument(new Argument('<kernel>', 'what is timed').choices(['conv2d']))
    .addOption(
      new Option('--backend <name>', 'what computes').choices(['wasm', 'cpu', 'gpu', 'webgpu']).default('wasm'),
    )
    .option('--mode <mode>', 'of gpu.js: webgpu, webgl2, headlessgl, webasm, cpu or auto')
    .option('--batch <n>', 'images', integerOption(1), 8)
    .option('--size <n>', 'pixels along height and width', integerOption(1), 28)
    .option('--channels <n>', 'in and out', integerOption(1), 32)
    .option('--runs <n>', 'calls of each measurement', integerOption(1), 8)
    .option('--json', 'print the table as JSON')
    .action((_kernel: string, options: BenchOptions) => benchConv2d(options));
}
