import cliProgress from 'cli-progress';

/** Numbers that a line of progress ends with: `loss 0.52 - accuracy 0.81`. */
function logText(logs: Readonly<Record<string, number>>): string {
  return Object.entries(logs)
    .map(
      ([name, value]) =>
        `${name} ${Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(2)}`,
    )
    .join(' - ');
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** One bar an epoch: images done, images a second, time left, and the metrics so far; plain lines where there is no terminal. */
export class EpochBar {
  private readonly bar = new cliProgress.SingleBar({
    format: '  {bar} {value}/{total} - {speed} images/s - {left} left - {logs}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    fps: 8,
    linewrap: true,
    noTTYOutput: false,
  });
  private startedAt = 0;
  private done = 0;

  constructor(private readonly images: number) {}

  /** Before the first step, which counts too. */
  begin(epoch: number, epochs: number): void {
    console.log(`Epoch ${epoch + 1}/${epochs}`);
    this.startedAt = performance.now();
  }

  /** @param done images of the epoch that an interrupted run has seen */
  start(done: number): void {
    this.done = done;
    this.bar.start(this.images, done, { speed: '–', left: '–', logs: '' });
  }

  update(done: number, logs: Readonly<Record<string, number>>): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const speed = (done - this.done) / seconds;
    this.bar.update(done, {
      speed: speed.toFixed(0),
      left: duration((this.images - done) / speed),
      logs: logText(logs),
    });
  }

  stop(logs: Readonly<Record<string, number>>): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    this.bar.stop();
    console.log(`  ${duration(seconds)} - ${logText(logs)}`);
  }
}
