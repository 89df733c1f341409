import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { getBackend } from '../../backends/registry.js';
import { FormatError } from '../../base/errors.js';
import { resumeTraining } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { getRandomState, setSeed } from '../../tensor/random.js';
import type { TrainingPosition } from '../../training/training-position.js';
import { labelsOf } from '../recipes/experiment-data.js';
import type { TrainingPlan } from '../recipes/experiments.js';
import { freshModel } from '../recipes/fresh-model.js';
import { callbacksOf, compileOptionsOf } from '../recipes/overrides.js';
import { balancedClassWeight } from '../recipes/own-pictures.js';
import { findRecipe } from '../recipes/recipe.js';
import { type RunData, stepsOf } from '../recipes/run-data.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { settingsOf } from '../recipes/settings-of.js';
import { chooseBackend, startBackend } from './choose-backend.js';
import { Interrupt, Interrupted } from './interrupt.js';
import { Leaver } from './leaver.js';
import { Processes } from './processes.js';
import { EpochBar } from './progress-bar.js';
import { RunFolder, type RunState } from './run-folder.js';
import { RunKeeper } from './run-keeper.js';
import { writeRecord } from './run-record.js';
import { RunView } from './run-view.js';
import { writeReport } from './train-report.js';
import { warnOfMemory } from './warn-of-memory.js';

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
  /** Whether all processes of `mpirun` train together. */
  readonly distribute?: boolean;
  /** Whether a page shows the run, and under which port. */
  readonly watch?: boolean;
  readonly watchPort?: number;
}

/** The command that started this program: a script of the repository or the installed package. */
const COMMANDS: Readonly<Record<string, string>> = { start: 'npm start --', nabla: 'npm run nabla -- train' };
const COMMAND = COMMANDS[process.env.npm_lifecycle_event ?? ''] ?? 'npx nabla train';

/** Train, evaluate, and write all files of a run. */
export async function train(name: string, options: TrainOptions): Promise<void> {
  const processes = await Processes.join(options.distribute ?? false);
  await processes.guard(async () => {
    const folder = processes.isFirst ? await openFolder(name, options) : null;
    try {
      await trainIn(folder, name, options, processes);
    } finally {
      await folder?.close();
    }
  });
}

async function openFolder(name: string, { resume, out }: TrainOptions): Promise<RunFolder> {
  const path = resume ?? out ?? join('runs', `${timestamp()}-${name}`);
  if (resume && !existsSync(path))
    throw new FormatError(`${path}: no such folder, expected the folder of an interrupted run`);
  return RunFolder.open(path);
}

/** @param folder null on processes that write nothing */
async function trainIn(
  folder: RunFolder | null,
  name: string,
  given: TrainOptions,
  processes: Processes,
): Promise<void> {
  const left = folder && given.resume ? await folder.read() : null;
  if (left) await folder!.catchUp(left);
  else await folder?.assertFree(resumeCommand(folder, processes));
  const { settings, ...chosen } = await processes.ofFirst(async () => {
    // For identical results, continue a run on the backend that began it, unless another one is given.
    const backend = left && given.backend === 'auto' ? left.state.backend : given.backend;
    return {
      settings: left?.state.settings ?? (await settingsOf(name, given)),
      backend,
      variant: backend === 'wasm' && left?.state.backend === 'wasm' ? left.state.variant : undefined,
    };
  });
  const options = { ...given, ...chosen };
  if (options.backend !== 'auto') await startBackend(options, processes);
  if (folder) for (const line of processes.introduction(left?.state.processes)) console.log(line);

  const recipe = await processes.oncePerMachine(() => findRecipe(settings));
  setSeed(settings.seed);
  const model = given.resume
    ? await continuedModel(left, processes)
    : await freshModel(recipe, settings, folder ? options.weights : undefined);
  const data = await recipe.open(model);
  try {
    if (!given.resume) model.compile(compileOptionsOf(recipe.plan, settings, stepsOf(data, settings)));
    if (options.backend === 'auto') await chooseBackend(model.countParams(), options, processes);
    if (folder && !left) {
      model.summary();
      if (getBackend() === 'wasm') warnOfMemory(model, settings.batch);
    }
    await trainOn(data, { folder, model, settings, left: left?.state ?? null, plan: recipe.plan, processes }, options);
  } finally {
    await data.close();
  }
}

const resumeCommand = ({ path }: RunFolder, processes: Processes): string =>
  processes.launcherOf(`${COMMAND} --resume ${path}`);

/** The model of a resumed run; the first process reads its file for all. */
async function continuedModel(left: { readonly modelPath: string } | null, processes: Processes): Promise<Model> {
  const bytes = processes.world && (await processes.bytesOfFirst(() => readFile(left!.modelPath)));
  return (await resumeTraining(left?.modelPath ?? bytes!)).model;
}

interface Training {
  /** null on processes that write nothing. */
  readonly folder: RunFolder | null;
  readonly model: Model;
  readonly settings: RunSettings;
  /** The resumed run. */
  readonly left: RunState | null;
  readonly plan: TrainingPlan;
  readonly processes: Processes;
}

/** Train to the end, or until the run is interrupted, and write the report. */
async function trainOn(
  data: RunData,
  training: Training,
  { saveEvery = SAVE_EVERY, weights, watch, watchPort }: TrainOptions,
): Promise<void> {
  const { folder, model, settings, left, plan, processes } = training;
  const { train, test, classNames } = data;
  const [count] = train.shape;
  if (folder) console.log(`\n${count} training images, ${test.shape[0]} test images\n`);

  const bar = new EpochBar(count, settings.epochs, settings.batch);
  const interrupt = new Interrupt((line) => folder && bar.close(line));
  const interval = saveEvery * 60;
  const view = folder && new RunView(folder, { plan, settings, classNames, continued: left !== null });
  const saved = () => view?.recorder.saved();
  const keeper = folder && new RunKeeper(folder, model, settings, left, interrupt, interval, processes.count, saved);
  view?.onRequest({
    stop: () => interrupt.ask('stopping after this step, as the page asks'),
    save: () => keeper!.saveSoon(),
  });
  if (folder && !left) await writeRecord(folder, settings, weights);
  await folder?.writeFile('classes.txt', `${classNames.join('\n')}\n`);
  if (watch) await view?.serve(watchPort);
  try {
    // From here on the run can be resumed. A full disk causes an error here, before training.
    if (!left) await keeper?.keepPosition(beginning(), false);
    await model.fit(train.samples, labelsOf(train, model, plan), {
      epochs: settings.epochs,
      batchSize: settings.batch,
      validationData: [test.samples, labelsOf(test, model, plan)],
      classWeight: settings.classWeight && balancedClassWeight(train, classNames.length),
      callbacks: [
        ...callbacksOf(plan, settings),
        ...(view ? [view.recorder] : []),
        keeper ?? new Leaver(interrupt, settings.epochs),
      ],
      progress: bar,
      distribute: processes.world,
    });
  } catch (error) {
    await view?.ended(error);
    if (!(error instanceof Interrupted)) throw error;
    if (folder) console.log(`\nsaved; continue with: ${resumeCommand(folder, processes)}`);
    return;
  } finally {
    interrupt.release();
    await view?.close();
  }
  if (!folder || !keeper) return;
  const { seconds } = keeper;
  const { history } = model.history!;
  const report = await writeReport(folder, { model, plan, data, settings, history, seconds, processes });
  await folder.finish();
  const { skipped } = data;
  if (skipped.length > 0) console.log(`images skipped: ${skipped.length}, the first: ${skipped[0].reason}`);
  console.log(`report: ${resolve(report)}`);
}

/** The position of a run before its first step. */
function beginning(): TrainingPosition {
  const random = getRandomState();
  return { epoch: 0, epochRandom: random, position: { step: 0, random }, history: { epoch: [], history: {} } };
}

/** Format the local time: `2026-01-31-174502`. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace('T', '-').replaceAll(':', '');
}
