import cliProgress from 'cli-progress';

/** Numbers that a line of progress ends with: ` - loss 0.5200 - accuracy 0.8100`. */
function logText(logs: Readonly<Record<string, number>>): string {
  const format = (value: number) =>
    Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(2);
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name} ${format(value)}`)
    .join('');
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** One bar an epoch: how much is done, images a second, time left, and the metrics so far; plain lines where there is no terminal. */
export class EpochBar {
  private readonly bar = new cliProgress.SingleBar({
    // 78 columns with loss and accuracy, minutes to go: what is wider than the terminal is cut off.
    format: '  {bar} {percentage}% - {speed} images/s - {left} left{logs}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
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
    console.log(`  ${duration(seconds)}${logText(logs)}`);
  }
}
