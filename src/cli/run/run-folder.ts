import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RandomState } from '../../backends/kernels.js';
import { FormatError } from '../../base/errors.js';
import { writeAtomically } from '../../io/atomic-write.js';
import type { HistoryValues } from '../../plots/charts/curves.js';
import type { EpochPosition } from '../../training/feed.js';

/** How a run was asked for; what `--resume` needs to ask for the same again. */
export interface RunSettings {
  /** The model's name in the zoo. */
  readonly experiment: string;
  readonly epochs: number;
  readonly batch: number;
  /** Of training images, and of test images; all when left out. */
  readonly limit?: number;
  readonly testLimit?: number;
  /** Pixels along height and width; the article's when left out. */
  readonly size?: number;
  readonly seed: number;
  /** `sample` or `full` of Fashion-MNIST, or a folder; default: the sample, or the set's folder under NABLA_DATA. */
  readonly data?: string;
}

/** Where an interrupted run stands; the weights and the optimizer's state are in the model file beside it. */
export interface RunState {
  readonly settings: RunSettings;
  /** Epochs done. */
  readonly epoch: number;
  /** The random stream when the epoch that was left began. */
  readonly epochRandom: RandomState;
  readonly position: EpochPosition;
  readonly history: HistoryValues;
}

export const MODEL_FILE = 'model.keras';
const STATE_FILE = 'resume.json';

export async function writeState(folder: string, state: RunState): Promise<void> {
  await writeAtomically(join(folder, STATE_FILE), `${JSON.stringify(state, null, 1)}\n`);
}

/** @throws FormatError when the folder has no interrupted run, or its file is damaged */
export async function readState(folder: string): Promise<RunState> {
  const path = join(folder, STATE_FILE);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new FormatError(`${path}: no such file; ${folder} holds no interrupted run`);
  });
  let state: RunState;
  try {
    state = JSON.parse(text);
  } catch {
    throw new FormatError(`${path}: not JSON, the file is damaged`);
  }
  const numbers = [state?.epoch, state?.epochRandom?.key, state?.epochRandom?.counter, state?.position?.step];
  const { experiment, epochs, batch, seed } = state?.settings ?? {};
  if (![...numbers, epochs, batch, seed].every((value) => Number.isSafeInteger(value) && (value as number) >= 0)) {
    throw new FormatError(`${path}: a number of it is missing or none, the file is damaged`);
  }
  if (typeof experiment !== 'string')
    throw new FormatError(`${path}: settings.experiment is missing, the file is damaged`);
  return state;
}
