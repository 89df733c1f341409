import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { removeTemporaries, writeAtomically } from '../storage/atomic-write.js';
import { nullIfMissing } from '../storage/node-files.js';
import { nodeModule } from '../../base/node-module.js';

/*
 * A run on disk: a model file, a file of arrays if there are any, and a JSON file with the corresponding state. The
 * state identifies both by hashes of their bytes and is written last; files of earlier states are removed after that.
 * If the process is killed at any point, the folder contains either the old or the new files, complete.
 */

/** A loaded state, and its model file. */
export interface SavedRun {
  readonly state: unknown;
  /** Path of the model file, whose contents were verified against the state. */
  readonly modelPath: string;
  /** Path of the file of arrays; null if there is none. */
  readonly arrays: NamedBytes | null;
}

export interface RunFiles {
  readonly folder: string;
  /** The state is `<name>.json`, its model `<name>-<hash>.<format>`. */
  readonly name: string;
  /** The extension of the model file, for `loadModel` or `loadWeights`. */
  readonly format: 'keras' | 'h5' | 'weights.h5';
}

/** Hexadecimal digits of the hash in a model's name. */
const DIGITS = 16;

/**
 * Write model, arrays and state, replacing the previous ones.
 * @param state numbers (NaN, infinities and −0 included), strings, lists and objects
 * @param arrays the bytes of a safetensors file, or null
 * @returns the path of the model file
 * @throws FileError, for example when the disk is full; the previous files are then still complete
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

/** The extension of the file of arrays. */
const ARRAYS = 'safetensors';

/** A file referenced by a state. */
interface Part {
  readonly file: string;
  readonly sha256: string;
}

/** Write a file under a name with its hash, unless it exists: the best weights stay the same for many states. */
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
 * Read the run of a folder; null if it has none.
 * @throws FormatError when the state is damaged, or one of its files is missing or does not match
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

/** @throws FormatError when a file of the state is missing or does not match */
function assertBelongs(path: string, what: string, { sha256 }: Part, file: string, found: string | null): void {
  if (found === null) throw new FormatError(`${path}: its ${what}, ${file}, is missing`);
  if (found === sha256) return;
  throw new FormatError(
    `${path}: ${file} is not its ${what}: the SHA-256 is ${found}, expected ${sha256}`,
  );
}

async function readArrays(path: string, file: string, part: Part): Promise<NamedBytes> {
  assertBelongs(path, 'file of arrays', part, file, await hashOf(file));
  return { name: file, bytes: new Uint8Array(await nodeModule('node:fs/promises')!.readFile(file)) };
}

/** Remove the run of a folder, its state first, so that no partial run remains. */
export async function removeRun(files: RunFiles): Promise<void> {
  const path = nodeModule('node:path')!.join(files.folder, `${files.name}.json`);
  await nodeModule('node:fs/promises')!.rm(path, { force: true });
  await removeParts(files, []);
}

/** Remove models and arrays that no state references, and temporary files of killed processes. */
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
 * SHA-256 of a file, read in pieces, so that models of a gigabyte need not be in memory; null if the file does not
 * exist.
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

/** Numbers that JSON cannot represent are written as objects with only this key. */
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
