import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { backendInfo, setBackend } from '../../backends/registry.js';
import { FormatError, ValueError } from '../../base/errors.js';
import { loadWeights, resumeTraining } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { getRandomState, setSeed } from '../../tensor/random.js';
import type { TrainingPosition } from '../../training/training-position.js';
import { labelsOf } from '../recipes/experiment-data.js';
import { findExperiment, type TrainingPlan } from '../recipes/experiments.js';
import { callbacksOf, compileOptionsOf, freeze } from '../recipes/overrides.js';
import { balancedClassWeight, isPictureFolder } from '../recipes/own-pictures.js';
import { findRecipe, OWN_PICTURES, type Recipe } from '../recipes/recipe.js';
import type { RunData } from '../recipes/run-data.js';
import { type RunSettings, SETTINGS } from '../recipes/run-settings.js';
import { Interrupt, Interrupted } from './interrupt.js';
import { EpochBar } from './progress-bar.js';
import { RunFolder, type RunState } from './run-folder.js';
import { RunKeeper } from './run-keeper.js';
import { writeRecord } from './run-record.js';
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

/** The command that started this program: a script of the repository or the installed package. */
const COMMANDS: Readonly<Record<string, string>> = { start: 'npm start --', nabla: 'npm run nabla -- train' };
const COMMAND = COMMANDS[process.env.npm_lifecycle_event ?? ''] ?? 'npx nabla train';

/** The model of a recipe, with the weights of a file where there is one. */
async function freshModel({ makeModel }: Recipe, settings: RunSettings, weights?: string): Promise<Model> {
  const model = makeModel();
  if (weights) await startFrom(model, weights);
  if (settings.freeze !== undefined) freeze(model, settings.freeze);
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
  // For the same results, a run continues on the backend that began it, unless another one is given.
  const options = left && given.backend === 'auto' ? { ...given, backend: left.state.backend } : given;
  if (!left) await folder.assertFree(`${COMMAND} --resume ${folder.path}`);
  const settings = left?.state.settings ?? (await settingsOf(name, options));
  if (options.backend !== 'auto') await startBackend(options);

  const recipe = await findRecipe(settings);
  setSeed(settings.seed);
  const model = left
    ? (await resumeTraining(left.modelPath)).model
    : await freshModel(recipe, settings, options.weights);
  const data = await recipe.open(model);
  try {
    if (!left) model.compile(compileOptionsOf(recipe.plan, settings, stepsOf(data, settings)));
    if (options.backend === 'auto') await chooseBackend(model.countParams(), options);
    if (!left) model.summary();
    await trainOn(data, { folder, model, settings, left: left?.state ?? null, plan: recipe.plan }, options);
  } finally {
    await data.close();
  }
}

interface Training {
  readonly folder: RunFolder;
  readonly model: Model;
  readonly settings: RunSettings;
  /** The run that is continued. */
  readonly left: RunState | null;
  readonly plan: TrainingPlan;
}

/** Train to the end, or until the run is interrupted, and write the report. */
async function trainOn(
  data: RunData,
  training: Training,
  { saveEvery = SAVE_EVERY, weights }: TrainOptions,
): Promise<void> {
  const { folder, model, settings, left, plan } = training;
  const { train, test, classNames } = data;
  const [count] = train.shape;
  console.log(`\n${count} training images, ${test.shape[0]} test images\n`);

  const bar = new EpochBar(count, settings.epochs, settings.batch);
  const interrupt = new Interrupt((line) => bar.close(line));
  const keeper = new RunKeeper(folder, model, settings, left, interrupt, saveEvery * 60);
  if (!left) await writeRecord(folder, settings, weights);
  await folder.writeFile('classes.txt', `${classNames.join('\n')}\n`);
  try {
    // From here on there is a run to continue. A full disk fails here, before training.
    if (!left) await keeper.keepPosition(beginning());
    await model.fit(train.samples, labelsOf(train, model, plan), {
      epochs: settings.epochs,
      batchSize: settings.batch,
      validationData: [test.samples, labelsOf(test, model, plan)],
      classWeight: settings.classWeight && balancedClassWeight(train, classNames.length),
      callbacks: [...callbacksOf(plan, settings), keeper],
      progress: bar,
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.log(`\nsaved; continue with: ${COMMAND} --resume ${folder.path}`);
    return;
  } finally {
    interrupt.release();
  }
  const { seconds } = keeper;
  const { history } = model.history!;
  const report = await writeReport(folder, { model, plan, data, settings, history, seconds });
  await folder.finish();
  const { skipped } = data;
  if (skipped.length > 0) console.log(`pictures left out: ${skipped.length}, the first: ${skipped[0].reason}`);
  console.log(`report: ${resolve(report)}`);
}

const stepsOf = ({ train }: RunData, { batch }: RunSettings): number => Math.ceil(train.shape[0] / batch);

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

/** Choose a backend by the number of weights. Threads are an option of wasm, so `--threads` selects wasm. */
async function chooseBackend(parameters: number, options: TrainOptions): Promise<void> {
  if (options.threads !== undefined) return startBackend({ ...options, backend: 'wasm' });
  await import('../../backends/webgpu/register.js');
  await setBackend('auto', { parameters });
  console.log(`\nbackend: ${backendInfo().name}, ${backendInfo().variant}`);
}

/** Return the position of a run before its first step. */
function beginning(): TrainingPosition {
  const random = getRandomState();
  return { epoch: 0, epochRandom: random, position: { step: 0, random }, history: { epoch: [], history: {} } };
}

/** The settings of the command line, with the recipe's for those that were not given. */
async function settingsOf(experiment: string, options: TrainOptions): Promise<RunSettings> {
  const { seed = 1, data } = options;
  const pictures = data !== undefined && (await isPictureFolder(data));
  const { epochs, batch } = pictures ? OWN_PICTURES : findExperiment(experiment);
  const given = Object.fromEntries(SETTINGS.map((name) => [name, options[name]]));
  return { ...given, experiment, epochs: options.epochs ?? epochs, batch: options.batch ?? batch, seed, pictures };
}

/** Format the local time: `2026-01-31-174502`. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace('T', '-').replaceAll(':', '');
}
