import { readOptions } from '../base/options.js';
import type { NamedBytes } from './bytes/cursor.js';
import { isObject } from './bytes/json.js';
import { openZip } from './bytes/zip.js';
import { recognise } from './formats/file-kind.js';
import { readSafetensors } from './formats/read-safetensors.js';
import { type Hdf5Group, openHdf5 } from './hdf5/read.js';
import { openModelFile } from './model-file.js';
import { type FileSource, openSource, SOURCE_OPTIONS, type SourceOptions } from './storage/source.js';

/** Contents of a model file. */
export interface FileFacts {
  readonly name: string;
  readonly bytes: number;
  readonly format: string;
  /** Release of Keras whose forms it follows. */
  readonly keras: number;
  /** Name of the model; null in a file of weights alone. */
  readonly model: string | null;
  readonly layers: number | null;
  /** Class name of the optimizer it was compiled with. */
  readonly optimizer: string | null;
  /** Epochs done, in files that say so. */
  readonly epoch: number | null;
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
}

const classOf = (value: unknown): string | null =>
  isObject(value) && typeof value.class_name === 'string' ? value.class_name : typeof value === 'string' ? value : null;

/**
 * Looks into a model file without making the model.
 * @throws FormatError when the file is damaged or of an unknown kind
 * @example const { format, arrays } = await inspectFile('model.keras');
 */
export async function inspectFile(source: FileSource, options: SourceOptions = {}): Promise<FileFacts> {
  const opened = await openSource('inspectFile', source, readOptions('inspectFile', SOURCE_OPTIONS, options));
  const { file } = opened;
  const [format, arrays] = await arraysOf(file);
  return openModelFile(opened, ({ origin, config, training, progress }) => {
    const inner = isObject(config) && isObject(config.config) ? config.config : null;
    return {
      name: file.name,
      bytes: file.bytes.length,
      format,
      keras: origin.generation,
      model: typeof inner?.name === 'string' ? inner.name : null,
      layers: Array.isArray(inner?.layers) ? inner.layers.length : null,
      optimizer: training ? (classOf(training.optimizer) ?? classOf(training.optimizer_config)) : null,
      epoch: progress?.epoch ?? null,
      arrays,
    };
  });
}

type Arrays = { name: string; shape: readonly number[]; dtype: string }[];

async function arraysOf(file: NamedBytes): Promise<[format: string, arrays: Arrays]> {
  switch (recognise(file)) {
    case 'hdf5':
      return ['HDF5', [...walk(await openHdf5(file))]];
    case 'zip':
      return ['Keras 3 archive', await archiveArrays(file)];
    case 'safetensors':
      return ['safetensors', readSafetensors(file).arrays.map(({ name, shape, dtype }) => ({ name, shape, dtype }))];
    case 'json':
      return ['tfjs model.json', []];
  }
}

const WEIGHTS = 'model.weights.h5';

/**
 * Numbers do not pack better, unless most of them are zero; the model, which would say how many there are, is not made.
 */
const LIKELY_RATIO = 64;

async function archiveArrays(file: NamedBytes): Promise<Arrays> {
  const archive = openZip(file);
  if (!archive.has(WEIGHTS)) return [];
  const bytes = await archive.read(WEIGHTS, 2 ** 26 + LIKELY_RATIO * file.bytes.length);
  return [...walk(await openHdf5({ name: `${file.name}: ${WEIGHTS}`, bytes }))];
}

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint' };

/** `<f4` is float32. */
const elementName = (dtype: string): string => `${KINDS[dtype[1]]}${8 * Number(dtype.slice(2))}`;

function* walk(group: Hdf5Group): Generator<Arrays[number]> {
  for (const key of group.keys()) {
    const child = group.child(key);
    if (child) yield* walk(child);
    else {
      const array = group.numbers(key);
      if (!array) continue;
      const name = `${group.path}/${key}`.replace(/^\/+/, '');
      yield { name, shape: array.shape, dtype: elementName(array.dtype) };
    }
  }
}
