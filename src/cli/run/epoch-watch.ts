import type { HistoryValues } from '../../plots/charts/curves.js';
import { getRandomState } from '../../tensor/random.js';
import type { CallbackFunctions } from '../../training/callbacks/callback.js';
import type { Logs } from '../../training/logs.js';
import type { ProgressListener } from '../../training/progress.js';
import { type Interrupt, Interrupted } from './interrupt.js';
import { EpochBar } from './progress-bar.js';
import type { RunSettings, RunState } from './run-folder.js';

/** Remembers the numbers of whole epochs, where the random stream stood when the last one began, and how far that has come. */
export class EpochWatch implements CallbackFunctions {
  private epoch = 0;
  private epochRandom = getRandomState();
  private steps = 0;
  private total = 0;
  private first: RunState | null;
  private readonly rows: Record<string, number[]> = {};

  constructor(left: RunState | null) {
    this.first = left;
    for (const [name, values] of Object.entries(left?.history ?? {})) this.rows[name] = [...values];
  }

  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
    this.steps = this.first?.position.step ?? 0;
    this.epochRandom = this.first?.epochRandom ?? getRandomState();
    this.first = null;
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    for (const [name, value] of Object.entries(logs)) (this.rows[name] ??= []).push(value);
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

  /** A column for each number, a row for each epoch, those of the run that was gone on with included. */
  get history(): HistoryValues {
    return this.rows;
  }

  get state(): Omit<RunState, 'settings'> {
    return {
      epoch: this.epoch,
      epochRandom: this.epochRandom,
      position: { step: this.steps, random: getRandomState() },
      history: this.history,
    };
  }
}

/**
 * A bar for each epoch, which tells the watch how far it has come. Inside an epoch Ctrl-C ends training there, by throwing `Interrupted`:
 * `stopTraining` would first have the epoch validated, which takes minutes of a large model.
 */
export function barOf(
  images: number,
  { epochs, batch }: RunSettings,
  watch: EpochWatch,
  interrupt: Interrupt,
): ProgressListener {
  const bar = new EpochBar(images);
  let started = false;
  return {
    epochBegin(epoch) {
      started = false;
      bar.begin(epoch, epochs);
    },
    batchEnd({ step, steps, samples: seen, logs }) {
      watch.reached(step, steps);
      if (!started) bar.start(Math.max(0, Math.min(step * batch, images) - seen));
      started = true;
      bar.update(Math.min(step * batch, images), logs);
      if (!interrupt.happened || !watch.isInside) return;
      bar.stop(logs);
      throw new Interrupted();
    },
    epochEnd(_, logs) {
      bar.stop(logs);
    },
  };
}
