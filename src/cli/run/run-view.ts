import type { Request } from '../../watch/log/live-folder.js';
import { RunRecorder } from '../../watch/record/run-recorder.js';
import type { WatchThread } from '../../watch/server/watch-thread.js';
import { machineFacts } from '../machine-facts.js';
import type { TrainingPlan } from '../recipes/experiments.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { Interrupted } from './interrupt.js';
import type { RunFolder } from './run-folder.js';
import { commandOf } from './run-record.js';

interface ViewOptions {
  readonly plan: TrainingPlan;
  readonly settings: RunSettings;
  readonly classNames: readonly string[];
  /** Whether the run was begun by another process. */
  readonly continued: boolean;
}

/** What can be seen of a run while it runs: events in its folder, and the page of `--watch`. */
export class RunView {
  readonly recorder: RunRecorder;
  private page: WatchThread | null = null;
  private requests: Readonly<Partial<Record<Request, () => void>>> = {};

  constructor(
    private readonly folder: RunFolder,
    { plan, settings, classNames, continued }: ViewOptions,
  ) {
    this.recorder = new RunRecorder({
      folder: folder.path,
      title: plan.title,
      classNames,
      settings: {
        Epochs: settings.epochs,
        'Batch size': settings.batch,
        Seed: settings.seed,
        Command: commandOf(settings),
      },
      machine: machineFacts(),
      continued,
      histograms: true,
      warn: (message) => console.warn(`\ntrain: ${message}`),
      onRequest: (what) => this.requests[what]?.(),
    });
  }

  /** What a page may ask for. */
  onRequest(requests: Readonly<Record<Request, () => void>>): void {
    this.requests = requests;
  }

  /** Serve the page; training goes on without it where that fails. @param port the wanted one */
  async serve(port: number | undefined): Promise<void> {
    const { WatchThread } = await import('../../watch/server/watch-thread.js');
    const { path } = this.folder;
    const warn = (message: string) => console.warn(`train: --watch: ${message}`);
    try {
      this.page = await WatchThread.start({ folders: [path], run: path, isOfRun: true, port, warn });
      console.log(`watch: ${this.page.url}\n`);
    } catch (error) {
      warn(`no page can be served (${(error as Error).message}); training goes on`);
    }
  }

  /** Note that training has ended by an error, or was interrupted. */
  ended(error: unknown): Promise<void> {
    const { message } = error as Error;
    return error instanceof Interrupted ? this.recorder.end('stopped') : this.recorder.end('failed', message);
  }

  /** Let open pages have the end, and serve them no longer. */
  async close(): Promise<void> {
    await this.page?.close();
  }
}
