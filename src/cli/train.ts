import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CallbackFunctions } from '../callbacks/callback.js';
import { loadFashionMnist } from '../data/fashion-mnist.js';
import type { ImageSet } from '../data/image-set.js';
import { toCategorical } from '../data/preprocess.js';
import { takeBalanced } from '../data/select.js';
import { resumeTraining } from '../io/load.js';
import { saveModel } from '../io/save.js';
import type { Model } from '../models/model.js';
import type { ProgressListener } from '../models/training/progress.js';
import { lenet5 } from '../models/zoo/lenet5.js';
import type { HistoryValues } from '../plots/curves.js';
import { setBackend } from '../tensor/backends/registry.js';
import { getRandomState, setRandomState, setSeed } from '../tensor/random.js';
import { writeHistory } from './history-files.js';
import { Interrupt } from './interrupt.js';
import { EpochBar } from './progress-bar.js';
import { MODEL_FILE, type RunSettings, type RunState, readState, writeState } from './run-folder.js';
import { writeReport } from './train-report.js';

export interface TrainOptions extends RunSettings {
  readonly threads?: number;
  readonly backend: string;
  readonly out?: string;
  readonly resume?: string;
}

/** Pixels stay bytes until a batch is made. */
const samples = ({ images }: ImageSet) => ({ values: images.data, shape: images.shape, scale: 1 / 255 });

async function loadSets({ data, limit }: RunSettings) {
  const source = data === 'sample' || data === 'full' ? ({ source: data } as const) : { folder: data };
  const sets = await loadFashionMnist(source);
  return { ...sets, train: limit ? takeBalanced(sets.train, limit) : sets.train };
}

function freshModel(): Model {
  const model = lenet5();
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** The rows of a history that stand for whole epochs, behind those that an interrupted run had. */
function joined(before: HistoryValues, after: HistoryValues): HistoryValues {
  const names = Object.keys(after).length ? Object.keys(after) : Object.keys(before);
  return Object.fromEntries(names.map((name) => [name, [...(before[name] ?? []), ...(after[name] ?? [])]]));
}

/** Trains, evaluates, and writes everything that a run is known by. */
export async function train(options: TrainOptions): Promise<void> {
  if (options.backend === 'gpu') await import('../gpu.js');
  await setBackend(options.backend, options.threads ? { threads: options.threads } : undefined);
  const left = options.resume ? await readState(options.resume) : null;
  const settings: RunSettings = left?.settings ?? pick(options);
  const folder = options.resume ?? options.out ?? join('runs', `${timestamp()}-lenet5`);
  await mkdir(folder, { recursive: true });

  const sets = await loadSets(settings);
  setSeed(settings.seed);
  const model = left ? (await resumeTraining(join(folder, MODEL_FILE))).model : freshModel();
  if (left) setRandomState(left.epochRandom);
  else model.summary();
  console.log(`\n${sets.train.images.shape[0]} training images, ${sets.test.images.shape[0]} test images\n`);

  const watch = new EpochWatch(left);
  const interrupt = new Interrupt(() => {
    model.stopTraining = true;
  });
  const began = performance.now();
  const { history } = await model.fit(samples(sets.train), toCategorical(sets.train.labels, 10), {
    epochs: settings.epochs,
    batchSize: settings.batch,
    initialEpoch: left?.epoch ?? 0,
    resumeAt: left?.position,
    validationData: [samples(sets.test), toCategorical(sets.test.labels, 10)],
    callbacks: [watch],
    progress: barOf(sets.train.images.shape[0], settings, watch),
  });
  const seconds = (performance.now() - began) / 1000;
  interrupt.release();

  await saveModel(model, join(folder, MODEL_FILE));
  if (interrupt.happened && watch.isInside) {
    const whole = Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values.slice(0, -1)]));
    await writeState(folder, { ...watch.state, settings, history: joined(left?.history ?? {}, whole) });
    await writeHistory(folder, joined(left?.history ?? {}, whole));
    console.log(`\nsaved; go on with: npm start -- --resume ${folder}`);
    return;
  }
  await rm(join(folder, 'resume.json'), { force: true });
  const rows = joined(left?.history ?? {}, history);
  await writeHistory(folder, rows);
  const report = await writeReport(folder, { model, sets, settings, history: rows, seconds });
  console.log(`report: ${resolve(report)}`);
}

/** Remembers where the random stream stood when the epoch began, and how far it has come. */
class EpochWatch implements CallbackFunctions {
  private epoch = 0;
  private epochRandom = getRandomState();
  private steps = 0;
  private total = 0;
  private first: RunState | null;

  constructor(left: RunState | null) {
    this.first = left;
  }

  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
    this.steps = this.first?.position.step ?? 0;
    this.epochRandom = this.first?.epochRandom ?? getRandomState();
    this.first = null;
  }

  /** Called by the progress listener: a callback for every batch would make each step wait for its numbers. */
  reached(steps: number, total: number | null): void {
    this.steps = steps;
    this.total = total ?? 0;
  }

  /** Whether the epoch was left before its end. */
  get isInside(): boolean {
    return this.steps < this.total;
  }

  get state(): Pick<RunState, 'epoch' | 'epochRandom' | 'position'> {
    return {
      epoch: this.epoch,
      epochRandom: this.epochRandom,
      position: { step: this.steps, random: getRandomState() },
    };
  }
}

function barOf(images: number, { epochs, batch }: RunSettings, watch: EpochWatch): ProgressListener {
  const bar = new EpochBar(images);
  let started = false;
  return {
    epochBegin() {
      started = false;
    },
    batchEnd({ epoch, step, steps, samples: seen, logs }) {
      watch.reached(step, steps);
      if (!started) bar.start(epoch, epochs, Math.max(0, Math.min(step * batch, images) - seen));
      started = true;
      bar.update(Math.min(step * batch, images), logs);
    },
    epochEnd(_, logs) {
      bar.stop(logs);
    },
  };
}

const pick = ({ epochs, batch, limit, seed, data }: TrainOptions): RunSettings => ({
  epochs,
  batch,
  limit,
  seed,
  data,
});

/** `2026-01-31-174502`, in local time. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace('T', '-').replaceAll(':', '');
}
