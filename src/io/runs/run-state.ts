import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { removeTemporaries, writeAtomically } from '../storage/atomic-write.js';
import { nullIfMissing } from '../storage/node-files.js';
import { nodeModule } from '../../base/node-module.js';

/*
 * A run on disk: a model file, a file of arrays where there are any, and a JSON file with the state that they belong
 * to. The state names both by hashes of their bytes and is written last; files of earlier states are removed after
 * that. Whatever ends the process, and whenever, the folder holds the old files or the new ones, whole.
 */

/** A state that was read, and the model file that belongs to it. */
export interface SavedRun {
  readonly state: unknown;
  /** Of the model file, whose contents are those that the state was written with. */
  readonly modelPath: string;
  /** The file of arrays that belongs to it; null where there is none. */
  readonly arrays: NamedBytes | null;
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
 * Write model, arrays and state in place of those before.
 * @param state numbers (NaN, infinities and −0 included), strings, lists and objects
 * @param arrays the bytes of a safetensors file, or null
 * @returns the path of the model file
 * @throws FileError when there is no room, …; the pair before is still whole then
 * @example await writeRun({ folder: 'run', name: 'resume', format: 'keras' }, await encodeModel(model, 'keras'), { epoch: 3 })
 */
export async function writeRun(
  files: RunFiles,
  model: Uint8Array,
  state: unknown,
  arrays: Uint8Array | null = null,
): Promise<string> {
  const { join } = nodeModule('node:path')!;
  const written = {
    model: await writeNamed(files, files.format, model),
    ...(arrays ? { arrays: await writeNamed(files, ARRAYS, arrays) } : {}),
  };
  const text = JSON.stringify({ ...written, state: encoded(state) }, null, 1);
  await writeAtomically(join(files.folder, `${files.name}.json`), `${text}\n`);
  await removeParts(files, Object.values(written));
  return join(files.folder, written.model.file);
}

/** The ending of the file of arrays. */
const ARRAYS = 'safetensors';

/** A file that a state names. */
interface Part {
  readonly file: string;
  readonly sha256: string;
}

/** Write a file under a name with its hash, unless it is there: weights of a best epoch stay for many states. */
async function writeNamed({ folder, name }: RunFiles, format: string, bytes: Uint8Array): Promise<Part> {
  const path = nodeModule('node:path')!;
  const sha256 = nodeModule('node:crypto')!.createHash('sha256').update(bytes).digest('hex');
  const file = `${name}-${sha256.slice(0, DIGITS)}.${format}`;
  const target = path.join(folder, file);
  const found = await nodeModule('node:fs/promises')!
    .stat(target)
    .catch(() => null);
  if (!found || (await hashOf(target)) !== sha256) await writeAtomically(target, bytes);
  return { file, sha256 };
}

/**
 * The run of a folder; null when it has none.
 * @throws FormatError when the state is damaged, or a file that it names is missing or another
 * @example const saved = await readRun({ folder: 'run', name: 'resume', format: 'keras' });
 */
export async function readRun({ folder, name }: RunFiles): Promise<SavedRun | null> {
  const { basename, join } = nodeModule('node:path')!;
  const path = join(folder, `${name}.json`);
  const text = await nodeModule('node:fs/promises')!
    .readFile(path, 'utf8')
    .catch(nullIfMissing(path));
  if (text === null) return null;
  const { model, arrays, state } = parsed(path, text);
  for (const [part, { file }] of Object.entries({ model, ...(arrays && { arrays }) })) {
    if (basename(file) !== file) {
      throw new FormatError(`${path}: ${part}.file is '${file}', expected the name of a file`);
    }
  }
  const modelPath = join(folder, model.file);
  assertBelongs(path, 'model', model, modelPath, await hashOf(modelPath));
  return { state, modelPath, arrays: arrays && (await readArrays(path, join(folder, arrays.file), arrays)) };
}

/** @throws FormatError when the file of a state is missing or another */
function assertBelongs(path: string, what: string, { sha256 }: Part, file: string, found: string | null): void {
  if (found === null) throw new FormatError(`${path}: ${file}, the ${what} that it names, is not there`);
  if (found === sha256) return;
  throw new FormatError(
    `${path}: ${file} is not the ${what} that it was written with: its SHA-256 is ${found}, expected ${sha256}`,
  );
}

async function readArrays(path: string, file: string, part: Part): Promise<NamedBytes> {
  assertBelongs(path, 'file of arrays', part, file, await hashOf(file));
  return { name: file, bytes: new Uint8Array(await nodeModule('node:fs/promises')!.readFile(file)) };
}

/** Remove the run of a folder: first its state, so that it is never half there. */
export async function removeRun(files: RunFiles): Promise<void> {
  const path = nodeModule('node:path')!.join(files.folder, `${files.name}.json`);
  await nodeModule('node:fs/promises')!.rm(path, { force: true });
  await removeParts(files, []);
}

/** Remove models and arrays that no state names, and what a killed process has left of others. */
async function removeParts({ folder, name, format }: RunFiles, kept: readonly Part[]): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const { join } = nodeModule('node:path')!;
  for (const entry of await files.readdir(folder)) {
    if (!entry.startsWith(`${name}-`)) continue;
    const [hash, ...ending] = entry.slice(name.length + 1).split('.');
    const isPart = /^[0-9a-f]+$/.test(hash) && [format, ARRAYS].includes(ending.join('.'));
    if (isPart && kept.every(({ file }) => file !== entry)) await files.rm(join(folder, entry), { force: true });
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
    .catch(nullIfMissing(path));
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

function parsed(path: string, text: string): { model: Part; arrays: Part | null; state: unknown } {
  let json: { model?: unknown; arrays?: unknown; state?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path}: not JSON, the file is damaged`, { cause: error });
  }
  const part = (what: string, value: unknown): Part => {
    const { file, sha256 } = (value ?? {}) as Partial<Record<keyof Part, unknown>>;
    if (typeof file === 'string' && typeof sha256 === 'string') return { file, sha256 };
    throw new FormatError(`${path}: it does not name its ${what} by file and sha256, the file is damaged`);
  };
  return {
    model: part('model', json?.model),
    arrays: json?.arrays === undefined ? null : part('arrays', json.arrays),
    state: decoded(json?.state),
  };
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
