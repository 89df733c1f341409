import { ValueError } from '../tensor/errors.js';
import type { Model } from './model.js';

/** Writes a model somewhere; the types of target and options are the writer's. */
export type ModelSaver = (model: Model, target: never, options?: never) => Promise<void>;

let current: ModelSaver | null = null;

/** Called by the package's entry: files know models, models do not know files. */
export function setModelSaver(saver: ModelSaver): void {
  current = saver;
}

/** @throws ValueError when the package's entry was not imported */
export function modelSaver(): ModelSaver {
  if (!current) throw new ValueError("model.save: no writer of files is registered; import the package's entry");
  return current;
}
