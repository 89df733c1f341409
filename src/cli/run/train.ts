import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setBackend } from '../../backends/registry.js';
import { ValueError } from '../../base/errors.js';
import { writeAtomically } from '../../io/atomic-write.js';
import { loadWeights, resumeTraining } from '../../io/load.js';
import { saveModel } from '../../io/save.js';
import type { Model } from '../../models/model.js';
import { setRandomState, setSeed } from '../../tensor/random.js';
import { zoo } from '../../zoo/index.js';
import { labelsOf, loadExperimentData, samplesOf } from '../recipes/experiment-data.js';
import { type Experiment, findExperiment } from '../recipes/experiments.js';
import { barOf, EpochWatch } from './epoch-watch.js';
import { writeHistory } from './history-files.js';
import { Interrupt, Interrupted } from './interrupt.js';
import { MODEL_FILE, type RunSettings, readState, writeState } from './run-folder.js';
import { writeReport } from './train-report.js';

export interface TrainOptions extends Partial<Omit<RunSettings, 'experiment'>> {
  readonly threads?: number;
  readonly backend: string;
  readonly weights?: string;
  readonly out?: string;
  readonly resume?: string;
}

/** How this is started: by a script of the repository, or from the installed package. */
const COMMANDS: Readonly<Record<string, string>> = { start: 'npm start --', nabla: 'npm run nabla -- train' };
const COMMAND = COMMANDS[process.env.npm_lifecycle_event ?? ''] ?? 'npx nabla train';

/** The model of an experiment for images of the size that was asked for, with the weights of a file where there is one. */
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

/** Gives a model the weights of a file, for layers that have the same names and shapes in both. */
async function startFrom(model: Model, file: string): Promise<void> {
  const { loaded, skipped } = await loadWeights(model, file, { byName: true, skipMismatch: true });
  if (loaded.length === 0) throw new ValueError(`train: --weights ${file} has no layer that ${model.name} has`);
  console.log(`${loaded.length} weights from ${file}`);
  for (const reason of skipped) console.log(`  left alone: ${reason}`);
}

/** Trains, evaluates, and writes everything that a run is known by. */
export async function train(name: string, options: TrainOptions): Promise<void> {
  const left = options.resume ? await readState(options.resume) : null;
  const settings = left?.settings ?? settingsOf(name, options);
  const experiment = findExperiment(settings.experiment);
  if (options.backend === 'gpu') await import('../../gpu.js');
  await setBackend(options.backend, options.threads ? { threads: options.threads } : undefined);
  const folder = options.resume ?? options.out ?? join('runs', `${timestamp()}-${settings.experiment}`);
  await mkdir(folder, { recursive: true });

  const sets = await loadExperimentData(experiment, settings);
  setSeed(settings.seed);
  const model = left
    ? (await resumeTraining(join(folder, MODEL_FILE))).model
    : await freshModel(experiment, settings, sets.train.images.shape[3], options.weights);
  if (left) setRandomState(left.epochRandom);
  else model.summary();
  console.log(`\n${sets.train.images.shape[0]} training images, ${sets.test.images.shape[0]} test images\n`);

  const watch = new EpochWatch(left);
  const interrupt = new Interrupt();
  const began = performance.now();
  const fitting = model.fit(samplesOf(sets.train, experiment, settings), labelsOf(sets.train, model, experiment), {
    epochs: settings.epochs,
    batchSize: settings.batch,
    initialEpoch: left?.epoch ?? 0,
    resumeAt: left?.position,
    validationData: [samplesOf(sets.test, experiment, settings), labelsOf(sets.test, model, experiment)],
    callbacks: [watch, ...(experiment.callbacks?.() ?? [])],
    progress: barOf(sets.train.images.shape[0], settings, watch, interrupt),
  });
  const isFinished = await fitting.then(
    () => true,
    (error) => {
      if (error instanceof Interrupted) return false;
      throw error;
    },
  );
  const seconds = (performance.now() - began) / 1000;
  interrupt.release();

  const { history } = watch;
  await saveModel(model, join(folder, MODEL_FILE));
  await writeAtomically(join(folder, 'classes.txt'), `${sets.classNames.join('\n')}\n`);
  await writeHistory(folder, history);
  if (!isFinished) {
    await writeState(folder, { ...watch.state, settings });
    console.log(`\nsaved; go on with: ${COMMAND} --resume ${folder}`);
    return;
  }
  await rm(join(folder, 'resume.json'), { force: true });
  const report = await writeReport(folder, { model, experiment, sets, settings, history, seconds });
  console.log(`report: ${resolve(report)}`);
}

/** What was asked for, and the article's where nothing was. */
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
