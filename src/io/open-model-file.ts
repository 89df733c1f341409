import { FormatError, NablaError } from '../base/errors.js';
import type { ModelFile } from './formats/model-file.js';
import { readerOf } from './formats/readers.js';
import type { OpenedSource } from './storage/source.js';

/**
 * Open a model file of any format, detected from its first bytes, and run `f` on its contents.
 * @param f also receives the name of the format
 * @throws FormatError
 */
export async function openModelFile<T>(
  source: OpenedSource,
  f: (file: ModelFile, format: string) => T | Promise<T>,
): Promise<T> {
  const { name } = source.file;
  try {
    const reader = readerOf(source.file);
    return await f(await reader.read(source), reader.format);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    // Any error that a forged file causes in a layer is reported as an error of the file.
    const reason = error instanceof NablaError ? error.message : 'a value in it has the wrong type or range';
    throw new FormatError(`${name}: ${reason}`, { cause: error });
  }
}
