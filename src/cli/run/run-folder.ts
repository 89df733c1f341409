import { link, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError, ValueError } from '../../base/errors.js';
import { asObject } from '../../io/bytes/json.js';
import { count, encodePosition, readPosition } from '../../io/runs/read-position.js';
import { RunLock } from '../../io/runs/run-lock.js';
import { type RunFiles, readRun, removeRun, writeRun } from '../../io/runs/run-state.js';
import { encodeModel } from '../../io/save.js';
import { fileError, temporaryPath, writeAtomically } from '../../io/storage/atomic-write.js';
import { makeFolder } from '../../io/storage/make-folder.js';
import type { Model } from '../../models/model.js';
import type { TrainingPosition } from '../../training/training-position.js';
import { type RunSettings, readSettings } from '../recipes/run-settings.js';
import { writeHistory } from './history-files.js';

/** The state of an unfinished run; weights and optimizer are in the corresponding model file. */
export interface RunState {
  readonly settings: RunSettings;
  readonly position: TrainingPosition;
  /** Duration of the steps so far, including validation. */
  readonly seconds: number;
  /** The backend of the training, because backends round differently. */
  readonly backend: string;
  /** Its variant, whose rounding differs too; undefined in runs of before it was recorded. */
  readonly variant: string | undefined;
  /** The number of processes of the training, because it affects rounding. */
  readonly processes: number;
}

export const MODEL_FILE = 'model.keras';

/** The folder of a run, owned by this process until `close`. */
export class RunFolder {
  private readonly files: RunFiles;

  private constructor(
    readonly path: string,
    private readonly lock: RunLock,
  ) {
    this.files = { folder: path, name: 'resume', format: 'keras' };
  }

  /** Create the folder if it is missing, and lock it for this process. This also verifies that it is writable.
   * @throws FileError when it is not writable @throws ValueError when another run owns it
   */
  static async open(path: string): Promise<RunFolder> {
    try {
      await makeFolder(path);
    } catch (error) {
      throw fileError(path, error);
    }
    return new RunFolder(path, await RunLock.acquire('train', path));
  }

  /** @throws ValueError when the folder contains an unfinished run */
  async assertFree(resume: string): Promise<void> {
    if ((await readRun(this.files).catch(() => true)) === null) return;
    throw new ValueError(
      `train: ${this.path} contains an unfinished run, expected another folder; continue the run with ${resume}, or ` +
        `remove ${join(this.path, 'resume.json')}`,
    );
  }

  /** Return the unfinished run and the path of its model.
   * @throws FormatError when there is none, or it is damaged
   */
  async read(): Promise<{ state: RunState; modelPath: string }> {
    const saved = await readRun(this.files);
    const path = join(this.path, 'resume.json');
    if (!saved) throw new FormatError(`${path}: no such file; ${this.path} contains no interrupted run`);
    const json = asObject(saved.state, path);
    // Older states lack the number of processes, which was always one.
    const { seconds, backend, variant, processes = 1 } = json;
    if (typeof seconds !== 'number' || typeof backend !== 'string') {
      throw new FormatError(`${path}: seconds or backend is missing, the file is damaged`);
    }
    const settings = readSettings(json.settings, `${path}: settings`);
    return {
      state: {
        settings,
        position: readPosition(json.position, saved.arrays, `${path}: position`),
        seconds,
        backend,
        variant: typeof variant === 'string' ? variant : undefined,
        processes: count(processes, `${path}: processes`),
      },
      modelPath: saved.modelPath,
    };
  }

  /**
   * Write model and state as one unit, then the files for other programs: history and model under their usual names.
   */
  async write(model: Model, state: RunState): Promise<void> {
    const { json, arrays } = encodePosition(state.position);
    const bytes = await encodeModel(model, 'keras', { epoch: state.position.epoch });
    const path = await writeRun(this.files, bytes, { ...state, position: json }, arrays);
    await this.publish(path, state.position, () => bytes);
  }

  /**
   * Write the files for other programs from a loaded state: the process that wrote the state may have been killed
   * before
   * writing them, and if all steps are done nothing else would.
   */
  async catchUp({ state, modelPath }: { readonly state: RunState; readonly modelPath: string }): Promise<void> {
    await this.publish(modelPath, state.position, () => readFile(modelPath));
  }

  private async publish(
    modelPath: string,
    { history: { epoch, history }, position }: TrainingPosition,
    bytes: () => Uint8Array | Promise<Uint8Array>,
  ): Promise<void> {
    // Before the first step there is no history.
    if (epoch.length === 0 && position.step === 0) return;
    await this.publishModel(modelPath, bytes);
    // The report of an earlier run in the same folder.
    await rm(join(this.path, 'report.html'), { force: true });
    await writeHistory(this.path, history);
  }

  /** Write the model file under its usual name too, as a hard link if the file system supports it. */
  private async publishModel(path: string, bytes: () => Uint8Array | Promise<Uint8Array>): Promise<void> {
    const target = join(this.path, MODEL_FILE);
    const temporary = temporaryPath(target);
    try {
      await link(path, temporary);
      await rename(temporary, target);
    } catch {
      await rm(temporary, { force: true });
      await writeAtomically(target, await bytes());
    }
  }

  /** Write a file of the run. @returns its path */
  async writeFile(name: string, content: string): Promise<string> {
    const path = join(this.path, name);
    await writeAtomically(path, content);
    return path;
  }

  /** Mark the run as finished: remove the state that `--resume` reads. */
  finish(): Promise<void> {
    return removeRun(this.files);
  }

  /** Unlock the folder. */
  close(): Promise<void> {
    return this.lock.release();
  }
}
