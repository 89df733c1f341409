import cliProgress from 'cli-progress';
import type { Logs } from '../../training/model/logs.js';
import type { ProgressListener } from '../../training/progress.js';

/** Columns per line if the terminal does not report them. */
const COLUMNS = 80;
/** Seconds between two progress lines without a terminal. */
const LINE_INTERVAL = 60;

/** Format the numbers at the end of a progress line: `loss 0.5200`, `accuracy 0.8100`. */
function logTexts(logs: Logs): string[] {
  const format = (value: number) =>
    Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(2);
  return Object.entries(logs).map(([name, value]) => `${name} ${format(value)}`);
}

/** Join parts with ` - `, in lines of at most `columns` columns. */
export function joinParts(parts: readonly string[], columns = COLUMNS): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? `  ${part}` : `${last} - ${part}`;
    if (last === undefined || longer.length <= columns) lines[Math.max(0, lines.length - 1)] = longer;
    else lines.push(`    ${part}`);
  }
  return lines.join('\n');
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Shows each epoch: a bar with the fraction done, images per second, remaining time and the metrics so far; without a
 * terminal, a line per minute. For a resumed epoch, the speed covers only the steps after the resumption.
 */
export class EpochBar implements ProgressListener {
  private readonly bar = new cliProgress.SingleBar({
    // 78 columns with loss, accuracy and remaining minutes; lines wider than the terminal are cut off.
    format: '  {bar} {percentage}% - {speed} images/s - {left} left{logs}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
    hideCursor: true,
    fps: 8,
    linewrap: true,
    noTTYOutput: false,
  });
  private readonly hasTerminal = process.stderr.isTTY === true;
  private startedAt = 0;
  private printedAt = 0;
  /** Images of the epoch that were processed before its first step in this process; null until that step. */
  private before: number | null = null;
  private isDrawn = false;
  private isClosed = false;

  constructor(
    private readonly images: number,
    private readonly epochs: number,
    private readonly batch: number,
  ) {}

  epochBegin(epoch: number): void {
    console.log(`Epoch ${epoch + 1}/${this.epochs}`);
    this.startedAt = this.printedAt = performance.now();
    this.before = null;
  }

  batchEnd({ step, samples, logs }: { step: number; samples: number; logs: Logs }): void {
    if (this.isClosed) return;
    const done = Math.min(step * this.batch, this.images);
    this.before ??= Math.max(0, done - samples);
    const now = performance.now();
    const speed = (done - this.before) / ((now - this.startedAt) / 1000);
    const left = duration((this.images - done) / speed);
    if (this.hasTerminal) {
      const shown = {
        speed: speed.toFixed(0),
        left,
        logs: logTexts(logs)
          .map((text) => ` - ${text}`)
          .join(''),
      };
      if (!this.isDrawn) this.bar.start(this.images, done, shown);
      this.isDrawn = true;
      this.bar.update(done, shown);
    } else if (now - this.printedAt >= LINE_INTERVAL * 1000) {
      this.printedAt = now;
      const percentage = `${Math.floor((100 * done) / this.images)}%`;
      console.log(joinParts([percentage, `${speed.toFixed(0)} images/s`, `${left} left`, ...logTexts(logs)]));
    }
  }

  epochEnd(_epoch: number, logs: Logs): void {
    this.hide();
    console.log(joinParts([duration((performance.now() - this.startedAt) / 1000), ...logTexts(logs)]));
  }

  private hide(): void {
    if (this.isDrawn) this.bar.stop();
    this.isDrawn = false;
  }

  /** Print a line below the bar, and stop drawing the bar. */
  close(line: string): void {
    this.hide();
    this.isClosed = true;
    console.log(line);
  }
}
