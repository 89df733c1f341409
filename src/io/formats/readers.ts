import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { h5Reader } from './h5/reader.js';
import { kerasReader } from './keras/reader.js';
import type { ModelReader } from './model-file.js';
import { describeOther } from './other-files.js';
import { safetensorsReader } from './safetensors/reader.js';
import { tfjsReader } from './tfjs/reader.js';

/**
 * Every format that is read. The first reader that accepts the bytes of a file reads it. HDF5 may begin
 * behind a block of any bytes, so that formats which may hold its signature in their data come before it.
 */
const READERS: readonly ModelReader[] = [kerasReader, safetensorsReader, h5Reader, tfjsReader];

/**
 * Return the reader of a file.
 * @throws FormatError when the file is not a model file, naming its kind if known
 */
export function readerOf({ name, bytes }: NamedBytes): ModelReader {
  const reader = READERS.find((each) => each.accepts(bytes));
  if (reader) return reader;
  throw new FormatError(`${name}: ${describeOther(bytes)}`);
}
