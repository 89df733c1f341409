import { randomBytes } from 'node:crypto';
import type { Model } from '../../models/model.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import { Callback } from '../../training/callbacks/callback.js';
import type { Logs } from '../../training/model/logs.js';
import type { RunningTotals, TotalSums } from '../../training/model/running-totals.js';
import type { EndEvent, LogEvent, RunEvent } from '../log/event.js';
import { EventFile } from '../log/event-file.js';
import { liveFolderOf, type Request } from '../log/live-folder.js';
import { RequestListener } from '../log/requests.js';
import { ConfusionCounter } from './confusion-counter.js';
import { HistogramTaker } from './histogram-taker.js';

/** Milliseconds between two points: few at first, more in long runs, so that a day gives some 25,000 points. */
const SHORTEST_INTERVAL = 500;
const LONGEST_INTERVAL = 5000;
const POINTS_A_DOUBLING = 4000;

export interface RecorderOptions {
  /** The folder of the run. */
  readonly folder: string;
  /** Default the model's name. */
  readonly title?: string;
  readonly classNames?: readonly string[];
  /** Names and values to show. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly machine: Readonly<Record<string, string>>;
  /** Whether the run goes on with one whose events are in the folder; default: where its first epoch is not epoch 0. */
  readonly continued?: boolean;
  /** Whether histograms of weights and gradients are taken. */
  readonly histograms: boolean;
  /** Prints a line that says that events cannot be written. */
  warn(message: string): void;
  /** Called between two steps. */
  onRequest(what: Request): void | Promise<void>;
}

/**
 * Writes what a page shows of a run into its folder. It looks at numbers that training computes anyway, changes none of
 * them, and never makes training fail.
 */
export class RunRecorder extends Callback<Model> {
  private readonly file: EventFile;
  private readonly confusion = new ConfusionCounter();
  private readonly histograms: HistogramTaker;
  private listener: RequestListener | null = null;
  private readonly requested = new Set<Request>();
  private hasBegun = false;
  private hasEnded = false;
  private isBroken = false;
  private began = 0;
  private epoch = 0;
  private epochBegan = 0;
  private step = 0;
  private last: { readonly at: number; readonly sums: TotalSums | null } = { at: 0, sums: null };

  constructor(private readonly options: RecorderOptions) {
    super();
    this.file = new EventFile(liveFolderOf(options.folder), options.warn);
    this.histograms = new HistogramTaker(options.histograms, (event) => this.write(event));
  }

  /** Run something for the page; an error of it is told of, and ends recording instead of training. */
  private guard(work: () => unknown): unknown {
    if (this.isBroken) return undefined;
    const failed = (error: unknown): void => {
      this.isBroken = true;
      this.options.warn(`the run is not recorded any more: ${(error as Error).message}; training goes on`);
    };
    try {
      const result = work();
      return result instanceof Promise ? result.catch(failed) : result;
    } catch (error) {
      return failed(error);
    }
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    if (!this.hasBegun) await this.guard(() => this.begin(epoch));
    this.epoch = epoch;
    this.epochBegan = performance.now();
    this.step = 0;
    this.last = { at: this.epochBegan, sums: null };
  }

  private async begin(epoch: number): Promise<void> {
    const { model, params, options } = this;
    const continued = options.continued ?? epoch > 0;
    await this.file.open(continued);
    this.listener = new RequestListener(liveFolderOf(options.folder), (what) => this.requested.add(what));
    this.hasBegun = true;
    this.hasEnded = false;
    this.began = performance.now();
    this.write({
      kind: 'begin',
      id: randomBytes(6).toString('hex'),
      at: Date.now(),
      continued,
      title: options.title ?? model.name,
      model: model.name,
      parameters: model.countParams(),
      epochs: params.epochs,
      steps: params.steps,
      batchSize: params.batchSize,
      samples: params.samples,
      directions: directionsOf(model),
      settings: options.settings,
      machine: options.machine,
    });
    if (!continued) this.histograms.takeWeights(model, { epoch, step: 0 });
  }

  override onGradients(gradients: readonly (Tensor | undefined)[], variables: readonly Variable[]): void {
    this.guard(() => this.histograms.takeGradients(gradients, variables, { epoch: this.epoch, step: this.step }));
  }

  override onYield(_epoch: number, batch: number, _logs: Logs, totals: RunningTotals): Promise<void> | undefined {
    this.step = batch + 1;
    this.guard(() => {
      if (performance.now() - this.last.at >= this.interval) this.writePoint(totals);
      if (this.histograms.isDue) this.histograms.takeWeights(this.model, { epoch: this.epoch, step: this.step });
    });
    return this.requested.size > 0 ? this.answerRequests() : undefined;
  }

  private async answerRequests(): Promise<void> {
    for (const what of this.requested) {
      this.requested.delete(what);
      await this.options.onRequest(what);
    }
  }

  private get interval(): number {
    const elapsed = performance.now() - this.began;
    return Math.min(LONGEST_INTERVAL, Math.max(SHORTEST_INTERVAL, elapsed / POINTS_A_DOUBLING));
  }

  private writePoint(totals: RunningTotals): void {
    const now = performance.now();
    const { at, sums: before } = this.last;
    const { sums } = totals;
    const seen = sums.samples - (before?.samples ?? 0);
    if (seen <= 0) return;
    this.write({
      kind: 'point',
      at: Date.now(),
      epoch: this.epoch,
      step: this.step,
      logs: totals.since(before),
      learningRate: learningRateOf(this.model),
      // Sums of an epoch that is continued hold steps of another process.
      speed: before ? (1000 * seen) / (now - at) : null,
    });
    this.last = { at: now, sums };
  }

  override onTestBegin(): void {
    this.confusion.begin();
  }

  override onTestPredictions([predictions]: readonly Tensor[], [labels]: readonly Tensor[]): void {
    if (labels) this.guard(() => this.confusion.add(predictions, labels));
  }

  override async onTestEnd(): Promise<void> {
    await this.guard(() => this.writeConfusion());
  }

  private async writeConfusion(): Promise<void> {
    const counts = await this.confusion.end();
    if (!counts) return;
    const { classNames = [] } = this.options;
    const names = counts.map((_, index) => classNames[index] ?? String(index));
    this.write({ kind: 'confusion', at: Date.now(), epoch: this.epoch, counts, classNames: names });
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const seconds = (performance.now() - this.epochBegan) / 1000;
    await this.guard(() => {
      this.write({ kind: 'epoch', at: Date.now(), epoch, logs, learningRate: learningRateOf(this.model), seconds });
      this.histograms.takeWeights(this.model, { epoch: epoch + 1, step: 0 });
      return this.histograms.settle();
    });
  }

  override async onTrainEnd(): Promise<void> {
    await this.end(this.model.stopTraining ? 'stopped' : 'finished');
  }

  /** Note that the model was saved. */
  saved(): void {
    this.write({ kind: 'saved', at: Date.now() });
  }

  log(level: LogEvent['level'], text: string): void {
    this.write({ kind: 'log', at: Date.now(), level, text });
  }

  /** Write the end of the run, unless it is written. */
  async end(how: EndEvent['how'], reason?: string): Promise<void> {
    this.listener?.stop();
    if (this.hasEnded) return;
    await this.histograms.settle();
    this.write({ kind: 'end', at: Date.now(), how, ...(reason && { reason }) });
    this.hasEnded = true;
    this.hasBegun = false;
    await this.file.flush();
  }

  private write(event: RunEvent): void {
    // Without a beginning there is no file, and after the end nothing follows.
    if (this.hasBegun) this.file.append(event);
  }
}

/** null of a model that trains by its own step, without an optimizer. */
function learningRateOf(model: Model): number | null {
  try {
    return model.optimizer.learningRate;
  } catch {
    return null;
  }
}

/** None of a model that was not compiled, because it trains by its own step. */
function directionsOf(model: Model): Record<string, 'max' | 'min'> {
  try {
    const names = model.metricsNames.flatMap((name) => {
      const direction = model.directionOf(name);
      return direction ? [[name, direction] as const] : [];
    });
    return Object.fromEntries(names);
  } catch {
    return {};
  }
}
