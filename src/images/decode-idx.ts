import type { NdArray } from 'ndarray';
import { crc32 } from '../base/crc.js';
import { FormatError } from '../base/errors.js';
import { type Given, positiveInteger, readOptions, string } from '../base/options.js';
import { arrayView } from '../tensor/array-view.js';
import { BYTES } from './arguments.js';
import { type IdxData, MAX_HEADER_BYTES, readIdxElements, readIdxHeader } from './idx-header.js';

const OPTIONS = {
  /** Expected number of axes; default any. */
  rank: positiveInteger().optional(),
  /** For messages; default `idx`. */
  name: string().default('idx'),
  /** Maximum size of the unpacked contents; default 1 GiB. */
  maxBytes: positiveInteger().default(2 ** 30),
};

export type DecodeIdxOptions = Given<typeof OPTIONS>;

/**
 * Decode the contents of an IDX file, the format of MNIST and its successors, gzipped or not. `readIdx` of `nabla/node`
 * reads a path. Memory is bounded by what the header claims, and the header by the length of the contents and
 * `maxBytes`.
 * @returns an array of the file's shape and element type
 * @throws ValueError when the contents are no bytes, or an option is unknown or wrong
 * @throws FormatError naming the byte when the contents are cut short, damaged, forged or of another kind
 * @see Yann LeCun, "The MNIST database of handwritten digits", section "The IDX file format"
 * @example const images = await decodeIdx(await (await fetch('train-images-idx3-ubyte.gz')).arrayBuffer(), { rank: 3 })
 */
export async function decodeIdx(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeIdxOptions = {},
): Promise<NdArray<IdxData>> {
  const { rank, name, maxBytes } = readOptions('decodeIdx', OPTIONS, options);
  const isBuffer = Object.prototype.toString.call(bytes) === '[object ArrayBuffer]';
  const given = BYTES.check('decodeIdx', 'bytes', isBuffer ? new Uint8Array(bytes as ArrayBuffer) : bytes);
  const isGzip = given[0] === 0x1f && given[1] === 0x8b;
  const start = isGzip ? await gunzip(name, given, MAX_HEADER_BYTES, false) : given.subarray(0, MAX_HEADER_BYTES);
  const header = readIdxHeader(name, start, rank);
  if (header.totalBytes > maxBytes) {
    throw new FormatError(
      `${name}: byte 4: the header claims ${header.totalBytes} bytes of contents, over the limit of ${maxBytes}`,
    );
  }
  const contents = isGzip ? await gunzip(name, given, header.totalBytes, true) : given;
  if (contents.length !== header.totalBytes) {
    throw new FormatError(
      `${name}: the contents end at byte ${contents.length}, but the header claims ${header.totalBytes} bytes`,
    );
  }
  return arrayView(readIdxElements(contents, header), header.shape);
}

/** Compressed bytes that are unpacked at a time, into at most 4 MiB. */
const PIECE_BYTES = 2 ** 12;

/** Return the first `limit` bytes of gzipped contents. @param whole whether more is an error @throws FormatError */
async function gunzip(name: string, bytes: Uint8Array, limit: number, whole: boolean): Promise<Uint8Array> {
  const { Gunzip } = await import('fflate');
  const pieces: Uint8Array[] = [];
  let length = 0;
  const inflator = new Gunzip((piece) => {
    pieces.push(piece);
    length += piece.length;
  });
  try {
    for (let at = 0; at < bytes.length && length <= limit; at += PIECE_BYTES) {
      inflator.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length);
    }
  } catch (error) {
    throw new FormatError(`${name}: the gzip stream is damaged or cut short (${(error as Error).message})`, {
      cause: error,
    });
  }
  if (whole && length > limit) {
    throw new FormatError(`${name}: the gzip stream unpacks to more than the ${limit} bytes that its header claims`);
  }
  const output = new Uint8Array(Math.min(length, limit));
  let at = 0;
  for (const piece of pieces) {
    output.set(piece.subarray(0, output.length - at), at);
    at = Math.min(at + piece.length, output.length);
  }
  if (whole && crc32(output) !== new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true)) {
    throw new FormatError(`${name}: the checksum of the gzip stream is wrong`);
  }
  return output;
}
