import { FormatError } from '../../base/errors.js';
import { removeTemporaries, writeAtomically } from '../storage/atomic-write.js';
import { nodeModule } from '../storage/node-modules.js';

/*
 * A run on disk: a model file, and a JSON file with the state that belongs to it. The state names the model by a hash
 * of its bytes and is written last; models of earlier states are removed after that. Whatever ends the process, and
 * whenever, the folder holds the old pair or the new one, whole.
 */

/** A state that was read, and the model file that belongs to it. */
export interface SavedRun {
  readonly state: unknown;
  /** Of the model file, whose contents are those that the state was written with. */
  readonly modelPath: string;
}

export interface RunFiles {
  readonly folder: string;
  /** The state is `<name>.json`, its model `<name>-<hash>.<format>`. */
  readonly name: string;
  /** The ending of the model's name: what `loadModel` or `loadWeights` reads. */
  readonly format: 'keras' | 'h5' | 'weights.h5';
}

/** Hexadecimal digits of the hash in a model's name. */
const DIGITS = 16;

/**
 * Write model and state in place of those before.
 * @param state numbers (NaN, infinities and −0 included), strings, lists and objects
 * @returns the path of the model file
 * @throws FileError when there is no room, …; the pair before is still whole then
 * @example await writeRun({ folder: 'run', name: 'resume', format: 'keras' }, await encodeModel(model, 'keras'), { epoch: 3 })
 */
export async function writeRun(files: RunFiles, model: Uint8Array, state: unknown): Promise<string> {
  const { join } = nodeModule('node:path')!;
  const sha256 = nodeModule('node:crypto')!.createHash('sha256').update(model).digest('hex');
  const file = `${files.name}-${sha256.slice(0, DIGITS)}.${files.format}`;
  await writeAtomically(join(files.folder, file), model);
  const text = JSON.stringify({ model: { file, sha256 }, state: encoded(state) }, null, 1);
  await writeAtomically(join(files.folder, `${files.name}.json`), `${text}\n`);
  await removeModels(files, file);
  return join(files.folder, file);
}

/**
 * The run of a folder; null when it has none.
 * @throws FormatError when the state is damaged, or the model that it names is missing or another
 * @example const saved = await readRun({ folder: 'run', name: 'resume', format: 'keras' });
 */
export async function readRun({ folder, name }: RunFiles): Promise<SavedRun | null> {
  const { basename, join } = nodeModule('node:path')!;
  const path = join(folder, `${name}.json`);
  const text = await nodeModule('node:fs/promises')!
    .readFile(path, 'utf8')
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
    });
  if (text === null) return null;
  const { file, sha256, state } = parsed(path, text);
  if (basename(file) !== file) throw new FormatError(`${path}: model.file is '${file}', expected the name of a file`);
  const modelPath = join(folder, file);
  const found = await hashOf(modelPath);
  if (found === null) throw new FormatError(`${path}: ${modelPath}, the model that it names, is not there`);
  if (found !== sha256) {
    throw new FormatError(
      `${path}: ${modelPath} is not the model that it was written with: its SHA-256 is ${found}, expected ${sha256}`,
    );
  }
  return { state, modelPath };
}

/** Remove the run of a folder: first its state, so that it is never half there. */
export async function removeRun(files: RunFiles): Promise<void> {
  const path = nodeModule('node:path')!.join(files.folder, `${files.name}.json`);
  await nodeModule('node:fs/promises')!.rm(path, { force: true });
  await removeModels(files, null);
}

/** Remove models that no state names, and what a killed process has left of others. */
async function removeModels({ folder, name, format }: RunFiles, kept: string | null): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const { join } = nodeModule('node:path')!;
  for (const entry of await files.readdir(folder)) {
    const isModel = entry.startsWith(`${name}-`) && /^[0-9a-f]+$/.test(entry.slice(name.length + 1).split('.', 1)[0]);
    if (isModel && entry.endsWith(`.${format}`) && entry !== kept) await files.rm(join(folder, entry), { force: true });
  }
  await removeTemporaries(folder);
}

/**
 * SHA-256 of a file, read a piece at a time: models of a gigabyte need not be in memory for it; null when it is not
 * there.
 */
async function hashOf(path: string): Promise<string | null> {
  const file = await nodeModule('node:fs/promises')!
    .open(path)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
    });
  if (!file) return null;
  const hash = nodeModule('node:crypto')!.createHash('sha256');
  try {
    const buffer = new Uint8Array(2 ** 20);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

function parsed(path: string, text: string): { file: string; sha256: string; state: unknown } {
  let json: { model?: { file?: unknown; sha256?: unknown }; state?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path}: not JSON, the file is damaged`, { cause: error });
  }
  const { file, sha256 } = json?.model ?? {};
  if (typeof file !== 'string' || typeof sha256 !== 'string') {
    throw new FormatError(`${path}: it does not name its model by file and sha256, the file is damaged`);
  }
  return { file, sha256, state: decoded(json?.state) };
}

/** Numbers that JSON has no digits for, as objects with this key alone. */
const SPECIAL = '$number';

function encoded(value: unknown): unknown {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { [SPECIAL]: '-0' };
    return Number.isFinite(value) ? value : { [SPECIAL]: String(value) };
  }
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, encoded(each)]));
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === SPECIAL) return Number(entries[0][1]);
  return Object.fromEntries(entries.map(([key, each]) => [key, decoded(each)]));
}
