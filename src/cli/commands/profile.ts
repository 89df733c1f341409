import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { backendInfo, setBackend } from '../../backends/registry.js';
import type { Peaks } from '../../backends/wasm/peaks/measure-peaks.js';
import { ValueError } from '../../base/errors.js';
import { writeAtomically } from '../../io/storage/atomic-write.js';
import { type KernelSums, type Profile, profileTable } from '../../profile/index.js';
import { integerOption } from '../integer-option.js';
import { describePeaks, machinePeaks } from '../profile/machine-peaks.js';
import { modelFor, profiledRun } from '../profile/profiled-run.js';
import { sizeOption } from '../size-option.js';
import { withTurbo } from '../turbo.js';
import { writePicture } from '../write-picture.js';

interface ProfileOptions {
  readonly train: boolean;
  readonly batch?: number;
  readonly size?: readonly [number, number];
  readonly threads?: number;
  readonly runs: number;
  readonly top: number;
  readonly json?: string;
  readonly out: string;
}

/** `nabla profile`: time the kernels of a model. */
export function profileCommand(): Command {
  return withTurbo(new Command('profile'))
    .description("time every kernel of a model, by op and by layer, and compare it with this machine's peak")
    .argument('<model|file>', 'name of a model in the zoo, or model file')
    .option('--train', 'profile a training step: forward, backward and update (default: predict)', false)
    .option('--batch <n>', 'samples (default: 1, or 8 with --train)', integerOption(1))
    .option('--size <n>', "height and width of images: 64, or 64x48 (default: the model's own)", sizeOption)
    .option('--threads <n>', 'threads of the wasm backend (default: one per core)', integerOption(1))
    .option('--runs <n>', 'timed runs, of which the one with median duration is shown', integerOption(1), 10)
    .option('--top <n>', 'rows of the tables by layer and by kernel', integerOption(1), 20)
    .option('--json <file>', 'write everything as JSON')
    .option('--out <folder>', 'folder for roofline.svg and roofline.png', 'profile')
    .action(profileModel);
}

async function profileModel(name: string, options: ProfileOptions): Promise<void> {
  const { train, batch = train ? 8 : 1, size = null, threads, runs, top, out } = options;
  if (threads) await setBackend('wasm', { threads });
  const model = await modelFor(name, size);
  const { description, profile } = await profiledRun(model, { train, batch, size, runs });
  const peaks = await machinePeaks();
  const { name: backend, variant, threads: used } = backendInfo();
  const machine = `node ${process.version}, ${backend} ${variant}, ${used} thread${used === 1 ? '' : 's'}`;
  console.log(`${model.name}: ${description}\n${machine}; the run with median duration of ${runs}`);
  if (peaks) console.log(describePeaks(peaks));
  const tables = { 'by op': profile.byOp, 'by layer': profile.byLayer, 'by kernel': profile.byOpAndLayer };
  for (const [title, rows] of Object.entries(tables)) {
    const table = profileTable(rows, profile, { peaks, top: title === 'by op' ? rows.length : top });
    console.log(`\n${title}\n${table}`);
  }
  if (options.json)
    await writeJson(options.json, { model: model.name, description, backend, variant, threads: used }, profile, peaks);
  if (peaks) await drawRoofline(out, profile.byOp, peaks);
  model.dispose();
}

async function writeJson(file: string, about: object, profile: Profile<void>, peaks: Peaks | null): Promise<void> {
  const { wallMs, kernelMs, betweenKernelsMs, peakBytes, byOp, byLayer, byOpAndLayer, kernels } = profile;
  const sums = { wallMs, kernelMs, betweenKernelsMs, peakBytes, byOp, byLayer, byOpAndLayer, kernels };
  const text = JSON.stringify({ ...about, node: process.version, peaks, ...sums }, null, 1);
  await writeAtomically(file, new TextEncoder().encode(`${text}\n`));
  console.log(`\n${file}`);
}

/** Write the roofline as SVG, and as PNG if resvg is installed. */
async function drawRoofline(folder: string, sums: readonly KernelSums[], peaks: Peaks): Promise<void> {
  const { roofline } = await import('../../plots/index.js');
  const points = sums.map((each) => ({ ...each, group: each.phase }));
  if (!points.some(({ operations }) => operations > 0)) return;
  const svg = roofline(points, peaks);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'roofline.svg');
  await writePicture(path, () => svg, 2);
  console.log(`\n${path}`);
  const picture = join(folder, 'roofline.png');
  try {
    await writePicture(picture, () => svg, 2);
    console.log(picture);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    console.log(`${picture} skipped: ${error.message}`);
  }
}
