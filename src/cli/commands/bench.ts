import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Peaks } from '../../backends/wasm/peaks/measure-peaks.js';
import { BackendError } from '../../base/errors.js';
import type { Padding, Pair } from '../../base/geometry.js';
import type { Geometry, KernelName } from '../bench/kernel-calls.js';
import { type KernelTimes, timeKernels } from '../bench/time-kernels.js';
import { integerOption } from '../integer-option.js';
import { describePeaks } from '../profile/machine-peaks.js';
import { withTurbo } from '../turbo.js';

const KERNELS: Readonly<Record<string, KernelName>> = {
  conv2d: 'conv2d',
  'depthwise-conv2d': 'depthwiseConv2d',
  matmul: 'matMul',
};

const BACKENDS = ['wasm', 'cpu', 'gpu', 'webgpu'];

interface BenchOptions extends Omit<Geometry, 'filters'> {
  readonly filters?: number;
  readonly backend: readonly string[];
  readonly mode?: string;
  readonly runs: number;
  readonly json?: boolean;
}

/** Parse one count for both sides, `3`, or one for each, `3x5`. */
function pairOption(text: string): Pair {
  const sides = text.split('x').map(integerOption(1));
  if (sides.length > 2) throw new InvalidArgumentError('expected one or two integers ≥ 1: 3, or 3x5');
  return sides.length === 1 ? sides[0] : [sides[0], sides[1]];
}

function paddingOption(text: string): Padding {
  return text === 'same' || text === 'valid' ? text : integerOption(0)(text);
}

function productOption(text: string): Geometry['product'] {
  const sizes = text.split('x').map(integerOption(1));
  if (sizes.length !== 3) throw new InvalidArgumentError('expected three integers ≥ 1: 384x384x384');
  return [sizes[0], sizes[1], sizes[2]];
}

function backendOption(text: string, others: readonly string[] | undefined): readonly string[] {
  if (text === 'all') return BACKENDS;
  if (!BACKENDS.includes(text)) throw new InvalidArgumentError(`expected one of ${BACKENDS.join(', ')}, all`);
  return [...(others ?? []), text];
}

/** `nabla bench`: time a kernel and its gradients on backends, for any geometry. */
export function benchCommand(): Command {
  return withTurbo(new Command('bench'))
    .description('time a kernel and its gradients: the first call, a call with read-back, and repeated calls')
    .addArgument(new Argument('<kernel>', 'kernel to time').choices(Object.keys(KERNELS)))
    .option('--backend <names...>', `backends to time: ${BACKENDS.join(', ')}, or all (default: wasm)`, backendOption)
    .option('--mode <mode>', 'mode of gpu.js: webgpu, webgl2, headlessgl, webasm, cpu or auto')
    .option('--batch <n>', 'images', integerOption(1), 8)
    .option('--size <n>', 'height and width of the images in pixels: 28, or 28x14', pairOption, 28)
    .option('--channels <n>', 'input channels', integerOption(1), 32)
    .option(
      '--filters <n>',
      'output channels (default: the number of input channels; depthwise: 1 per input channel)',
      integerOption(1),
    )
    .option('--window <n>', 'height and width of the filter: 3, or 1x7', pairOption, 3)
    .option('--strides <n>', 'strides: 2, or 2x1', pairOption, 1)
    .addOption(new Option('--padding <p>', 'same, valid, or pixels').argParser(paddingOption).default('same'))
    .option('--dilations <n>', 'dilation rates: 2, or 2x1', pairOption, 1)
    .option('--groups <n>', 'number of channel groups that are convolved separately', integerOption(1), 1)
    .option('--product <sizes>', 'rows, depth and columns of a matrix product', productOption, [384, 384, 384])
    .option('--runs <n>', 'calls per measurement', integerOption(1), 8)
    .option('--json', 'print the table as JSON')
    .action(bench);
}

async function bench(name: string, { backend: backends, mode, runs, json, ...given }: BenchOptions): Promise<void> {
  const kernel = KERNELS[name];
  const filters = given.filters ?? (kernel === 'depthwiseConv2d' ? 1 : given.channels);
  const rows: KernelTimes[] = [];
  const notes: string[] = [];
  let peaks: Peaks | null = null;
  let description = '';
  const chosen = [...new Set(backends ?? ['wasm'])];
  for (const backend of chosen) {
    try {
      const found = await timeKernels(kernel, { ...given, filters }, { backend, mode, runs });
      description = found.description;
      rows.push(...found.rows);
      peaks ??= found.peaks;
      notes.push(...found.notes.map((note) => `not used: ${note}`));
    } catch (error) {
      // With several backends, time those that are available on this machine.
      if (!(error instanceof BackendError) || chosen.length === 1) throw error;
      notes.push(`${backend} skipped: ${error.message}`);
    }
  }
  if (json) console.log(JSON.stringify({ description, rows, peaks, notes }, null, 1));
  else print(description, rows, peaks ? [...notes, describePeaks(peaks)] : notes);
}

function print(description: string, rows: readonly KernelTimes[], notes: readonly string[]): void {
  console.log(`node ${process.version}; ${description}`);
  console.table(
    rows.map(({ backend, kernel, firstCall, withReadBack, without, device, gflops, gigabytesPerSecond, ofPeak }) => ({
      backend,
      kernel,
      'first call ms': firstCall.toFixed(1),
      'with read-back ms': withReadBack.toFixed(2),
      'without ms': without.toFixed(2),
      'device ms': device === null ? '' : device.toFixed(2),
      'GFLOP/s': gflops.toFixed(2),
      'GB/s': gigabytesPerSecond.toFixed(2),
      'of peak': ofPeak === null ? '' : `${(100 * ofPeak).toFixed(0)}%`,
    })),
  );
  for (const note of notes) console.log(note);
}
