import type { NdArray } from 'ndarray';
import { assertText } from '../base/arguments.js';
import { type Given, positiveInteger, readOptions } from '../base/options.js';
import { type IdxData, MAX_HEADER_BYTES, readIdxElements, readIdxHeader } from '../images/idx-header.js';
import { arrayView } from '../tensor/array-view.js';
import { content, DEFAULT_MAX_BYTES, head, lookAt } from './file.js';

const OPTIONS = {
  /** Expected number of axes; default any. */
  rank: positiveInteger().optional(),
  /** Maximum size of the unpacked contents; default 1 GiB. */
  maxBytes: positiveInteger().default(DEFAULT_MAX_BYTES),
};

export type ReadIdxOptions = Given<typeof OPTIONS>;

/**
 * Read an IDX file, the format of MNIST and its successors, gzipped or not. `decodeIdx` of `nabla/images` takes its
 * bytes. Memory is bounded by what the header claims, and the header by the file's size and `maxBytes`.
 * @returns an array of the file's shape and element type
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the file and the byte when it is cut short, damaged, forged or of another kind
 * @see Yann LeCun, "The MNIST database of handwritten digits", section "The IDX file format"
 * @example const images = await readIdx('train-images-idx3-ubyte.gz', { rank: 3 })
 */
export async function readIdx(path: string, options: ReadIdxOptions = {}): Promise<NdArray<IdxData>> {
  assertText('readIdx', 'path', path);
  const { rank, maxBytes } = readOptions('readIdx', OPTIONS, options);
  const file = await lookAt(path, maxBytes);
  const header = readIdxHeader(path, head(file, MAX_HEADER_BYTES), rank);
  const contents = await content(file, { expectedBytes: header.totalBytes, maxBytes });
  return arrayView(readIdxElements(contents, header), header.shape);
}
