import type { Logs, TrainingParams } from './model/logs.js';

/** Progress of an epoch. */
export interface BatchProgress {
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  /** Steps of the epoch; null if unknown. */
  readonly steps: number | null;
  /** Samples seen in this epoch. */
  readonly samples: number;
  /** Seconds since the start of the epoch. */
  readonly seconds: number;
  /** Means of the epoch so far; they may lack the last few steps, and are empty until the first numbers arrive. */
  readonly logs: Logs;
}

/** Listener for the progress of training, for a progress bar or a page; epochs count from 0. */
export interface ProgressListener {
  trainBegin?(params: TrainingParams): void;
  epochBegin?(epoch: number): void;
  /** Called at most about twenty times per second, and after the last step. */
  batchEnd?(progress: BatchProgress): void;
  /** Logs include those of validation; seconds include validation. */
  epochEnd?(epoch: number, logs: Logs, seconds: number): void;
  trainEnd?(): void;
}

/** Format logs as Keras 3 does, sorted by name: `accuracy: 0.9012 - loss: 0.2711`. */
function formatLogs(logs: Logs): string {
  const format = (value: number) => (Math.abs(value) > 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(4));
  const names = Object.keys(logs).sort(
    (a, b) => Number(a.startsWith('val_')) - Number(b.startsWith('val_')) || (a < b ? -1 : 1),
  );
  return names.map((name) => ` - ${name}: ${format(logs[name])}`).join('');
}

/** Format a duration: `4ms`, `2s`. */
function formatTime(seconds: number): string {
  if (seconds >= 1) return `${Math.round(seconds)}s`;
  return seconds >= 1e-3 ? `${Math.round(seconds * 1e3)}ms` : `${Math.round(seconds * 1e6)}us`;
}

/**
 * Print lines like Keras's: two for each epoch, and with `verbose` 1 one every few seconds between them.
 * @param print default `console.log`
 */
export function linePrinter(verbose: 1 | 2, print: (line: string) => void = console.log): ProgressListener {
  const interval = 5;
  let epochs = 1;
  let last: BatchProgress | null = null;
  let printedAt = 0;
  const count = ({ step, steps }: BatchProgress) => `${step}/${steps ?? step}`;
  return {
    trainBegin(params) {
      epochs = params.epochs;
    },
    epochBegin(epoch) {
      last = null;
      printedAt = 0;
      print(`Epoch ${epoch + 1}/${epochs}`);
    },
    batchEnd(progress) {
      last = progress;
      if (verbose !== 1 || progress.seconds - printedAt < interval) return;
      printedAt = progress.seconds;
      print(`${count(progress)} - ${formatTime(progress.seconds)}${formatLogs(progress.logs)}`);
    },
    epochEnd(_, logs, seconds) {
      if (!last) return;
      const perStep = formatTime(last.seconds / Math.max(last.step, 1));
      print(`${count(last)} - ${formatTime(seconds)} - ${perStep}/step${formatLogs(logs)}`);
    },
  };
}

/** Print the line that ends an evaluation or a prediction, as `verbose` of Keras does. */
export function printEnd(steps: number | null, seconds: number, logs: Logs = {}, print = console.log): void {
  const count = steps === null ? '' : `${steps}/${steps} - `;
  const perStep = steps === null ? '' : ` - ${formatTime(seconds / Math.max(steps, 1))}/step`;
  print(`${count}${formatTime(seconds)}${perStep}${formatLogs(logs)}`);
}
