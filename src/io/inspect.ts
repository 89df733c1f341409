import { readOptions } from '../base/options.js';
import { isObject } from './bytes/json.js';
import type { ArrayFacts } from './formats/model-file.js';
import { openModelFile } from './open-model-file.js';
import { type FileSource, openSource, SOURCE_OPTIONS, type SourceOptions } from './storage/source.js';

/** Contents of a model file. */
export interface FileFacts {
  readonly name: string;
  readonly bytes: number;
  readonly format: string;
  /** Major release of Keras whose format it has. */
  readonly keras: number;
  /** Name of the model; null in a file with only weights. */
  readonly model: string | null;
  readonly layers: number | null;
  /** Class name of the optimizer it was compiled with. */
  readonly optimizer: string | null;
  /** Number of trained epochs; null if the file does not state it. */
  readonly epoch: number | null;
  readonly arrays: readonly ArrayFacts[];
}

const classOf = (value: unknown): string | null =>
  isObject(value) && typeof value.class_name === 'string' ? value.class_name : typeof value === 'string' ? value : null;

/**
 * Describe a model file without building the model.
 * @throws FormatError when the file is damaged or of an unknown kind
 * @example const { format, arrays } = await inspectFile('model.keras');
 */
export async function inspectFile(source: FileSource, options: SourceOptions = {}): Promise<FileFacts> {
  const opened = await openSource('inspectFile', source, readOptions('inspectFile', SOURCE_OPTIONS, options));
  const { file } = opened;
  return openModelFile(opened, async ({ origin, config, training, progress, arrays }, format) => {
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
      arrays: await arrays(),
    };
  });
}
