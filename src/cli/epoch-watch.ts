import type { CallbackFunctions } from '../callbacks/callback.js';
import type { ProgressListener } from '../models/training/progress.js';
import { getRandomState } from '../tensor/random.js';
import { EpochBar } from './progress-bar.js';
import type { RunSettings, RunState } from './run-folder.js';

/** Remembers where the random stream stood when the epoch began, and how far it has come. */
export class EpochWatch implements CallbackFunctions {
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

/** A bar for each epoch, which tells the watch how far it has come. */
export function barOf(images: number, { epochs, batch }: RunSettings, watch: EpochWatch): ProgressListener {
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
    },
    epochEnd(_, logs) {
      bar.stop(logs);
    },
  };
}
