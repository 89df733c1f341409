import { join } from 'node:path';
import { backendInfo } from '../backends/registry.js';
import { accept, boolean, type Given, integer, listOf, type Options, readOptions, string } from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import type { Model } from '../models/model.js';
import type { Callback } from '../training/callbacks/callback.js';
import type { Request } from './log/live-folder.js';
import { RunRecorder } from './record/run-recorder.js';
import { WatchThread } from './server/watch-thread.js';

type SettingValues = Readonly<Record<string, string | number>>;

const OPTIONS = {
  /** Where the events of the run are written, below `live`; the run's own folder. */
  folder: string(),
  /** Default the model's name. */
  title: string().optional(),
  /** Names of the classes in the confusion matrix; default their numbers. */
  classNames: listOf(string()).optional(),
  /** Names and values that the page lists. */
  settings: accept<SettingValues>('an object of names with values', isPlainObject).optional(),
  /** Whether a page is served; `nabla watch FOLDER` serves it at any time; default true. */
  serve: boolean().default(true),
  /** The port of the page; default the last one of the folder, else a free one. Where it is taken, another one is. */
  port: integer({ min: 0, max: 65_535 }).optional(),
  /** Whether histograms of weights and gradients are taken, in at most 0.5% of the time; default true. */
  histograms: boolean().default(true),
};

/** Options of `liveReport`. */
export type LiveReportOptions = Given<typeof OPTIONS>;

/** Records a run and serves its page. */
class LiveReport extends RunRecorder {
  private page: WatchThread | null = null;

  constructor(private readonly given: Options<typeof OPTIONS>) {
    const { folder, title, classNames, settings = {}, histograms } = given;
    const { name, variant, threads } = backendInfo();
    super({
      folder,
      title,
      classNames,
      settings,
      machine: { Backend: `${name}, ${variant}, ${threads} thread${threads === 1 ? '' : 's'}` },
      histograms,
      warn: (message) => console.warn(`liveReport: ${message}`),
      onRequest: (what) => this.answer(what),
    });
  }

  override async onTrainBegin(): Promise<void> {
    const { serve, folder, port } = this.given;
    if (!serve) return;
    const warn = (message: string) => console.warn(`liveReport: ${message}`);
    try {
      this.page = await WatchThread.start({ folders: [folder], run: folder, isOfRun: true, port, warn });
      console.log(`watch: ${this.page.url}`);
    } catch (error) {
      warn(`no page can be served (${(error as Error).message}); training goes on`);
    }
  }

  private async answer(what: Request): Promise<void> {
    if (what === 'stop') {
      this.model.stopTraining = true;
      return;
    }
    try {
      await this.model.save(join(this.given.folder, 'model.keras'));
      this.saved();
    } catch (error) {
      this.log('warning', `The model was not saved: ${(error as Error).message}`);
    }
  }

  override async onTrainEnd(): Promise<void> {
    await super.onTrainEnd();
    await this.page?.close();
  }
}

/**
 * Show a training in a page on this machine while it runs: losses and metrics, learning rate, speed, time left, the
 * confusion matrix of the last validation, histograms of weights and gradients. Buttons stop training after the step,
 * and save the model as `model.keras` in the folder.
 *
 * The address is printed. Only this machine can open it, with the token in it. The page ends with training; all that
 * it shows is in the folder, from which `nabla watch FOLDER` serves it again. A training that is continued
 * (`initialEpoch`, `backupAndRestore`) adds to it, under the same address. What fails about the page, as a full disk,
 * is printed; training goes on, and its numbers are the same with and without the page.
 * @throws ValueError when an option is unknown or wrong
 * @example await model.fit(x, y, { epochs: 20, callbacks: [liveReport({ folder: 'runs/first' })] })
 */
export function liveReport(options: LiveReportOptions): Callback<Model> {
  return new LiveReport(readOptions('liveReport', OPTIONS, options));
}
