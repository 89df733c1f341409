import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FormatError, ShapeError } from '../../base/errors.js';
import { loadModel } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { MODEL_FILE } from '../run/run-folder.js';
import { readRecord } from '../run/run-record.js';

/** A trained model with the class names and settings stored next to its file. */
export interface FoundModel {
  readonly model: Model;
  readonly path: string;
  /** Names of its classes; empty if unknown. */
  readonly classNames: readonly string[];
  /** The settings of the run that trained it; null if there is no record. */
  readonly settings: RunSettings | null;
}

/**
 * Load a model from its file or from the folder of a run, with the class names of `classes.txt` next to it.
 * @param classesFile a file of class names to use instead
 * @throws FormatError when a file is missing or damaged @throws ShapeError when there are more or fewer names than
 * outputs
 */
export async function loadTrainedModel(given: string, classesFile?: string): Promise<FoundModel> {
  const isFolder = await stat(given).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const isRun = isFolder && existsSync(join(given, MODEL_FILE));
  const path = isRun ? join(given, MODEL_FILE) : given;
  const model = await loadModel(path, { compile: false });
  const beside = join(dirname(path), 'classes.txt');
  const classNames = classesFile ? await readClasses(classesFile) : existsSync(beside) ? await readClasses(beside) : [];
  assertClassCount(model, classNames, classesFile ?? beside);
  return { model, path, classNames, settings: await readRecord(dirname(path)) };
}

/** A model may have more outputs than class names (ImageNet's outputs trained on five flowers), but not fewer. */
function assertClassCount({ name, outputShape }: Model, classNames: readonly string[], file: string): void {
  const width = outputShape.at(-1) ?? 0;
  // One output tells two classes apart.
  if (classNames.length <= (width === 1 ? 2 : (width as number))) return;
  throw new ShapeError(`${file}: ${classNames.length} class names, expected ${width}, the outputs of ${name}`);
}

/** Maximum size of a file of names in bytes; an image given by mistake is larger, or not text. */
const MAX_NAMES_BYTES = 2 ** 22;

/** Read class names from a file: JSON (a list, or ImageNet's `{"0": ["n01440764", "tench"]}`), or one per line. */
export async function readClasses(path: string): Promise<string[]> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`);
  });
  if (bytes.length > MAX_NAMES_BYTES || bytes.includes(0)) throw new FormatError(`${path}: not a list of class names`);
  const text = bytes.toString('utf8');
  if (!/^\s*[[{]/.test(text)) return text.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    const entries: unknown[] = Object.values(JSON.parse(text));
    return entries.map((entry) => String(Array.isArray(entry) ? entry.at(-1) : entry));
  } catch (error) {
    throw new FormatError(`${path}: not JSON (${(error as Error).message})`);
  }
}
