import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { backendInfo, setBackend } from '../../backends/registry.js';
import { FormatError, ValueError } from '../../base/errors.js';
import { loadWeights, resumeTraining } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { getRandomState, setSeed } from '../../tensor/random.js';
import type { TrainingPosition } from '../../training/training-position.js';
import { zoo } from '../../zoo/index.js';
import { labelsOf, loadExperimentData, samplesOf } from '../recipes/experiment-data.js';
import { type Experiment, findExperiment } from '../recipes/experiments.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { Interrupt, Interrupted } from './interrupt.js';
import { EpochBar } from './progress-bar.js';
import { RunFolder } from './run-folder.js';
import { RunKeeper } from './run-keeper.js';
import { writeReport } from './train-report.js';

/** Minutes between two saves within an epoch. */
const SAVE_EVERY = 5;

export interface TrainOptions extends Partial<Omit<RunSettings, 'experiment'>> {
  readonly threads?: number;
  readonly backend: string;
  readonly weights?: string;
  readonly out?: string;
  readonly resume?: string;
  /** Minutes between two saves within an epoch. */
  readonly saveEvery?: number;
}

/** The command that started this program: a script of the repository, or the installed package. */
const COMMANDS: Readonly<Record<string, string>> = { start: 'npm start --', nabla: 'npm run nabla -- train' };
const COMMAND = COMMANDS[process.env.npm_lifecycle_event ?? ''] ?? 'npx nabla train';

/**
 * The model of an experiment for images of the size that was asked for, with the weights of a file where there is one.
 */
async function freshModel(
  experiment: Experiment,
  { experiment: name, size }: RunSettings,
  channels: number,
  weights?: string,
): Promise<Model> {
  const model = zoo[name](size === undefined ? {} : { inputShape: [size, size, channels] });
  if (weights) await startFrom(model, weights);
  model.compile(experiment.compile());
  return model;
}

/** Load the weights of a file into the layers that have the same names and shapes in both. */
async function startFrom(model: Model, file: string): Promise<void> {
  const { loaded, skipped } = await loadWeights(model, file, { byName: true, skipMismatch: true });
  if (loaded.length === 0) throw new ValueError(`train: --weights ${file} has no layer that ${model.name} has`);
  console.log(`${loaded.length} weights from ${file}`);
  for (const reason of skipped) console.log(`  left alone: ${reason}`);
}

/** Train, evaluate, and write all files of a run. */
export async function train(name: string, options: TrainOptions): Promise<void> {
  const path = options.resume ?? options.out ?? join('runs', `${timestamp()}-${name}`);
  if (options.resume && !existsSync(path))
    throw new FormatError(`${path}: no such folder; ${path} holds no interrupted run`);
  const folder = await RunFolder.open(path);
  try {
    await trainIn(folder, name, options);
  } finally {
    await folder.close();
  }
}

async function trainIn(folder: RunFolder, name: string, given: TrainOptions): Promise<void> {
  const left = given.resume ? await folder.read() : null;
  if (left) await folder.catchUp(left);
  // To end with the same numbers, a run continues on the backend that began it, unless another one is asked for.
  const options = left && given.backend === 'auto' ? { ...given, backend: left.state.backend } : given;
  const resume = `${COMMAND} --resume ${folder.path}`;
  if (!left) await folder.assertFree(resume);
  const settings = left?.state.settings ?? settingsOf(name, options);
  const experiment = findExperiment(settings.experiment);
  if (options.backend !== 'auto') await startBackend(options);

  const sets = await loadExperimentData(experiment, settings);
  setSeed(settings.seed);
  const model = left
    ? (await resumeTraining(left.modelPath)).model
    : await freshModel(experiment, settings, sets.train.images.shape[3], options.weights);
  if (options.backend === 'auto') await chooseBackend(model.countParams(), options);
  if (!left) model.summary();
  const count = sets.train.images.shape[0];
  console.log(`\n${count} training images, ${sets.test.images.shape[0]} test images\n`);

  const bar = new EpochBar(count, settings.epochs, settings.batch);
  const interrupt = new Interrupt((line) => bar.close(line));
  const interval = (options.saveEvery ?? SAVE_EVERY) * 60;
  const keeper = new RunKeeper(folder, model, settings, left?.state ?? null, interrupt, interval);
  await folder.writeFile('classes.txt', `${sets.classNames.join('\n')}\n`);
  try {
    // From now on there is a run to continue. If there is no room for the model, it fails here.
    if (!left) await keeper.keepPosition(beginning());
    await model.fit(samplesOf(sets.train, experiment, settings), labelsOf(sets.train, model, experiment), {
      epochs: settings.epochs,
      batchSize: settings.batch,
      validationData: [samplesOf(sets.test, experiment, settings), labelsOf(sets.test, model, experiment)],
      callbacks: [...(experiment.callbacks?.() ?? []), keeper],
      progress: bar,
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.log(`\nsaved; continue with: ${resume}`);
    return;
  } finally {
    interrupt.release();
  }
  const { seconds } = keeper;
  const { history } = model.history!;
  const report = await writeReport(folder, { model, experiment, sets, settings, history, seconds });
  await folder.finish();
  console.log(`report: ${resolve(report)}`);
}

async function startBackend({ backend, threads }: TrainOptions): Promise<void> {
  const cores = availableParallelism();
  if (threads !== undefined && threads > cores) {
    console.warn(
      `train: --threads is ${threads}, and this machine runs ${cores} at a time: more are slower, by a factor of ten and above`,
    );
  }
  if (backend === 'gpu') await import('../../backends/gpu/register.js');
  if (backend === 'webgpu') await import('../../backends/webgpu/register.js');
  await setBackend(backend, threads ? { threads } : undefined);
}

/** Choose a backend by the number of weights. Threads are those of wasm, so whoever sets them gets wasm. */
async function chooseBackend(parameters: number, options: TrainOptions): Promise<void> {
  if (options.threads !== undefined) return startBackend({ ...options, backend: 'wasm' });
  await import('../../backends/webgpu/register.js');
  await setBackend('auto', { parameters });
  console.log(`\nbackend: ${backendInfo().name}, ${backendInfo().variant}`);
}

/** The position of a run before its first step. */
function beginning(): TrainingPosition {
  const random = getRandomState();
  return { epoch: 0, epochRandom: random, position: { step: 0, random }, history: { epoch: [], history: {} } };
}

/** The settings of the command line, with the article's for those that were not given. */
function settingsOf(experiment: string, options: TrainOptions): RunSettings {
  const { epochs, batch } = findExperiment(experiment);
  const { limit, testLimit, size, seed = 1, data } = options;
  return {
    experiment,
    epochs: options.epochs ?? epochs,
    batch: options.batch ?? batch,
    limit,
    testLimit,
    size,
    seed,
    data,
  };
}

/** `2026-01-31-174502`, in local time. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace('T', '-').replaceAll(':', '');
}
