import { FormatError } from '../../../base/errors.js';
import { sizeOf } from '../../../base/shape.js';
import { decodeText } from '../../../base/utf8.js';
import { joined } from '../../bytes/joined.js';
import { asArray, asObject, asString, isObject, type JsonObject, parseJson, show } from '../../bytes/json.js';
import {
  decodeNumbers,
  ELEMENT_BYTES,
  isShape,
  type NamedFileArray,
  type StoredArray,
} from '../../bytes/stored-array.js';
import type { OpenedSource } from '../../storage/source.js';
import { GIT_LFS_POINTER, isGitLfsPointer } from '../other-files.js';

/* model.json of TensorFlow.js: a config of Keras 2 or 3, and a list of the weights in files next to it. */

export interface TfjsModel {
  /** As written by Keras. */
  readonly modelConfig: unknown;
  readonly kerasVersion: string;
  readonly trainingConfig: JsonObject | null;
  readonly weights: readonly TfjsArray[];
  /** For a model saved with `includeOptimizer: true`: the number of updates, then the slots. */
  readonly optimizerState: readonly TfjsArray[];
}

/** An array of the manifest, decoded on demand. */
export interface TfjsArray extends NamedFileArray {
  /** The type in the file, by numpy's name: `uint8` for weights quantized to 8 bits. */
  readonly dtype: string;
  /** `optimizer` for optimizer state. */
  readonly group: string;
}

/** Keys that distinguish a model from other JSON: each model has at least one of them. */
const MARKS = ['modelTopology', 'weightsManifest', 'model_config', 'class_name'];

/** Return the object of model.json. A config is often written as a text: `json.dumps(model.to_json())`. */
export function readModelJson(source: OpenedSource): JsonObject {
  return unquoted(parseJson(decodeText(source.file.bytes), source.file, 'model.json'), source, 'model.json');
}

const unquoted = (value: unknown, { file }: OpenedSource, place: string): JsonObject =>
  asObject(typeof value === 'string' ? parseJson(value, file, place) : value, `${file.name}: ${place}`);

/** @throws FormatError when it is not a model, a shard is missing, or weights do not fill the shards exactly */
export async function readManifest(source: OpenedSource): Promise<TfjsModel> {
  const { name } = source.file;
  const json = readModelJson(source);
  if (json.format === 'graph-model') {
    throw new FormatError(`${name}: a graph model of TensorFlow ops, expected layers: loadGraphModel loads it`);
  }
  if (!MARKS.some((mark) => Object.hasOwn(json, mark))) {
    throw new FormatError(`${name}: not a model: JSON without any of ${MARKS.join(', ')}`);
  }
  const topology = unquoted(json.modelTopology ?? json, source, 'modelTopology');
  // Converted models keep the config under `model_config`; those that tfjs saved are the config.
  const modelConfig = unquoted(topology.model_config ?? topology, source, 'model_config');
  const arrays = await readWeights(source, json);
  const training = topology.training_config ?? json.trainingConfig;
  return {
    modelConfig,
    kerasVersion: String(topology.keras_version ?? '2'),
    trainingConfig: isObject(training) ? training : null,
    weights: arrays.filter(({ group }) => group !== OPTIMIZER),
    optimizerState: arrays.filter(({ group }) => group === OPTIMIZER),
  };
}

/**
 * Read the arrays that a model.json lists, from the files next to it.
 * @throws FormatError when a file is missing, or the arrays do not fill the files exactly
 */
export async function readWeights(source: OpenedSource, json: JsonObject): Promise<TfjsArray[]> {
  const { name } = source.file;
  const arrays: TfjsArray[] = [];
  const groups = readGroups(json.weightsManifest ?? [], name);
  const shards = groups.flatMap(({ paths }) => paths);
  let done = 0;
  for (const group of groups) {
    const bytes: Uint8Array[] = [];
    let left = group.bytes;
    for (const path of group.paths) {
      const shard = await source.beside(path, { index: done++, count: shards.length });
      if (isGitLfsPointer(shard.bytes)) throw new FormatError(`${shard.name}: ${GIT_LFS_POINTER}`);
      left -= shard.bytes.length;
      if (left < 0) throw misfit(group, group.bytes - left);
      bytes.push(shard.bytes);
    }
    if (left > 0) throw misfit(group, group.bytes - left);
    arrays.push(...arraysOf(group, joined(bytes, group.bytes)));
  }
  return arrays;
}

const OPTIMIZER = 'optimizer';

/** Arrays stored one after the other, and the files that contain them. */
interface Group {
  readonly place: string;
  readonly entries: readonly ManifestEntry[];
  readonly paths: readonly string[];
  /** Size of the arrays, in bytes. */
  readonly bytes: number;
}

/** @throws FormatError before any file is read, when a file is listed twice */
function readGroups(manifest: unknown, name: string): Group[] {
  const listed = new Set<string>();
  return asArray(manifest, `${name}: weightsManifest`).map((json, index) => {
    const place = `${name}: weightsManifest[${index}]`;
    const group = asObject(json, place);
    const entries = asArray(group.weights, `${place}.weights`).map((entry) => readEntry(asObject(entry, place), place));
    const paths = asArray(group.paths, `${place}.paths`).map((path) => asString(path, `${place}.paths`));
    for (const path of paths) {
      if (listed.has(path)) throw new FormatError(`${place}: it lists ${show(path)} twice`);
      listed.add(path);
    }
    return { place, entries, paths, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

const misfit = ({ place, bytes }: Group, found: number): FormatError =>
  new FormatError(`${place}: its weights take ${bytes} bytes, but its files have ${found}`);

function arraysOf({ entries }: Group, data: Uint8Array): TfjsArray[] {
  let position = 0;
  return entries.map(({ bytes, decode, ...entry }) => {
    const packed = data.subarray(position, position + bytes);
    position += bytes;
    return { ...entry, read: () => ({ shape: entry.shape, values: decode(packed) }) };
  });
}

interface ManifestEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly group: string;
  readonly bytes: number;
  readonly decode: (bytes: Uint8Array) => StoredArray['values'];
}

const TYPES: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', bool: 'BOOL', uint8: 'U8' };
const QUANTIZED: Readonly<Record<string, string>> = { uint8: 'U8', uint16: 'U16', float16: 'F16' };

function readEntry(entry: JsonObject, place: string): ManifestEntry {
  const name = asString(entry.name, `${place}: name`);
  const caller = `${place}: ${name}`;
  const { shape, quantization } = entry;
  const type = isObject(quantization) ? quantization.dtype : entry.dtype;
  const dtype = String(type);
  const group = String(entry.group ?? 'model');
  if (!isShape(shape)) throw new FormatError(`${caller}: shape is ${show(shape)}, expected sizes`);
  const stored = (isObject(quantization) ? QUANTIZED : TYPES)[dtype];
  if (!stored) throw new FormatError(`${caller}: dtype is ${show(isObject(quantization) ? quantization : type)}`);
  const bytes = sizeOf(shape) * (stored === 'U16' ? 2 : ELEMENT_BYTES[stored]);
  if (!isObject(quantization) || stored === 'F16') {
    return { name, shape, dtype, group, bytes, decode: (data) => decodeNumbers(stored, data) };
  }
  const { scale, min } = quantization as { scale: number; min: number };
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw new FormatError(`${caller}: quantization is ${show(quantization)}, expected scale and min`);
  }
  const decode = (data: Uint8Array): Float32Array => {
    const steps = stored === 'U8' ? data : new Uint16Array(new Uint8Array(data).buffer);
    return Float32Array.from(steps, (step) => step * scale + min);
  };
  return { name, shape, dtype, group, bytes, decode };
}
