import { ValueError } from '../base/errors.js';
import { nodeModule } from '../base/node-module.js';
import { anyOf, boolean, type Given, number, oneOf, positiveInteger, readOptions } from '../base/options.js';
import { show } from '../base/show.js';
import type { Model } from '../models/model.js';
import { Callback } from '../training/callbacks/callback.js';
import type { TrainingParams } from '../training/model/logs.js';
import type { PositionKeeper, TrainingPosition } from '../training/training-position.js';
import { asObject } from './bytes/json.js';
import { encodeWeightsH5 } from './formats/weights-h5/writer.js';
import { openModelFile } from './open-model-file.js';
import { restoreOptimizers } from './restore-optimizers.js';
import { encodePosition, readPosition } from './runs/read-position.js';
import { RunLock } from './runs/run-lock.js';
import { type RunFiles, readRun, removeRun, writeRun } from './runs/run-state.js';
import { fileError } from './storage/atomic-write.js';
import { makeFolder } from './storage/make-folder.js';
import { openSource, SOURCE_OPTIONS } from './storage/source.js';
import { currentProgress, readProgress, resumeProgress } from './training/progress.js';

const OPTIONS = {
  /**
   * Also write after this many steps of an epoch; default `'epoch'`: only after epochs, and when `interval` has passed.
   */
  saveFreq: anyOf(oneOf(['epoch']), positiveInteger()).default('epoch'),
  /** Seconds between two writes within an epoch; default 300. */
  interval: number({ above: 0 }).default(300),
  /** Whether the backup is removed when training has ended; default true. */
  deleteCheckpoint: boolean().default(true),
};

const CALLER = 'backupAndRestore';

export type BackupAndRestoreOptions = Given<typeof OPTIONS>;

/** Folders that this process has locked, so that a failed training can be restarted in the same process. */
const locks = new Map<string, RunLock>();

/**
 * Save everything that is needed to resume training to a folder, after each epoch and every five minutes: weights,
 * optimizer, history, random state, position, and the states of callbacks, such as the best weights of `earlyStopping`.
 * The next `fit` with the same folder, model and data resumes training, with the results of an uninterrupted run. The
 * data must arrive in the same order; this holds for samples in memory and for data sets that depend only on `setSeed`.
 * @throws ValueError when another process trains in the folder, or the batches are not those of the backup
 * @throws FormatError when the backup is damaged or belongs to another model
 * @see keras.callbacks.BackupAndRestore
 * @example await model.fit(x, y, { epochs: 100, callbacks: [new BackupAndRestore('run/backup')] });
 */
export class BackupAndRestore extends Callback<Model> implements PositionKeeper {
  private readonly files: RunFiles;
  private readonly options;
  private lastWrite = 0;
  private stepsSince = 0;

  constructor(folder: string, options?: BackupAndRestoreOptions) {
    super();
    if (typeof folder !== 'string' || folder === '') {
      throw new ValueError(`backupAndRestore: folder is ${show(folder)}, expected a path`);
    }
    this.options = readOptions(CALLER, OPTIONS, options);
    this.files = { folder, name: 'backup', format: 'weights.h5' };
  }

  /** @internal */
  async restorePosition(): Promise<TrainingPosition | null> {
    await this.lock();
    this.wrote();
    const saved = await readRun(this.files);
    if (!saved) return null;
    const place = `${this.files.folder}: ${this.files.name}.json`;
    const state = asObject(saved.state, place);
    const position = readPosition(state, saved.arrays, place);
    this.assertSameBatches(position, asObject(state.params, `${place}: params`), place);
    const progress = readProgress(state.progress, `${place}: progress`);
    const source = await openSource(CALLER, saved.modelPath, readOptions(CALLER, SOURCE_OPTIONS, {}));
    await openModelFile(source, async (file) => {
      await file.loadWeights(this.model, {});
      await restoreOptimizers(this.model, file, saved.modelPath);
    });
    // The file has rounded it to float32.
    const optimizer = this.model.compiledOptimizer;
    if (optimizer && typeof state.learningRate === 'number') optimizer.baseLearningRate = state.learningRate;
    if (progress) resumeProgress(this.model, progress);
    return position;
  }

  /** @internal */
  isPositionDue(): boolean {
    const { saveFreq, interval } = this.options;
    this.stepsSince++;
    return this.stepsSince === saveFreq || performance.now() - this.lastWrite > interval * 1000;
  }

  /** @internal */
  async keepPosition(position: TrainingPosition): Promise<void> {
    const { model, params, files } = this;
    const { steps, samples, batchSize } = params;
    const { json, arrays } = encodePosition(position);
    const optimizer = model.compiledOptimizer;
    const state = {
      ...json,
      params: { steps, samples, batchSize },
      progress: currentProgress(model, position.epoch),
      learningRate: optimizer && !optimizer.hasSchedule ? optimizer.baseLearningRate : null,
    };
    await writeRun(files, await encodeWeightsH5(model, {}), state, arrays);
    this.wrote();
  }

  override async onTrainEnd(): Promise<void> {
    if (this.options.deleteCheckpoint) await removeRun(this.files);
    await locks.get(this.files.folder)?.release();
    locks.delete(this.files.folder);
  }

  private wrote(): void {
    this.lastWrite = performance.now();
    this.stepsSince = 0;
  }

  private async lock(): Promise<void> {
    const { folder } = this.files;
    if (!nodeModule('node:fs/promises')) throw new ValueError('backupAndRestore: writing to a folder requires Node');
    await makeFolder(folder).catch((error) => {
      throw fileError(folder, error);
    });
    if (!locks.has(folder)) locks.set(folder, await RunLock.acquire(CALLER, folder));
  }

  /** An interrupted epoch can only be resumed with the same batches. */
  private assertSameBatches({ position }: TrainingPosition, saved: Partial<TrainingParams>, place: string): void {
    if (position.step === 0) return;
    for (const name of ['steps', 'samples', 'batchSize'] as const) {
      if (saved[name] === this.params[name]) continue;
      throw new ValueError(
        `backupAndRestore: ${place} was saved in an epoch with ${name} ${saved[name]}, expected the same in fit, ` +
          `given ${this.params[name]}; remove the folder to start over`,
      );
    }
  }
}

/**
 * See `BackupAndRestore`.
 * @example await model.fit(x, y, { epochs: 100, callbacks: [backupAndRestore('run/backup')] });
 */
export const backupAndRestore = (folder: string, options?: BackupAndRestoreOptions): BackupAndRestore =>
  new BackupAndRestore(folder, options);
