import { crc32, deflateSync } from 'node:zlib';

/** A chunk of a PNG: length, name, contents, checksum. */
export function pngChunk(name: string, contents: Uint8Array): Buffer {
  const chunk = Buffer.alloc(contents.length + 12);
  chunk.writeUInt32BE(contents.length, 0);
  chunk.write(name, 4, 'latin1');
  chunk.set(contents, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), contents.length + 8);
  return chunk;
}

interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colour?: number;
  /** Rows with their filters, not compressed. */
  readonly rows: Uint8Array;
  /** Chunks between the header and the pixels. */
  readonly extra?: readonly Uint8Array[];
}

/** A PNG with the given header. */
export function png({ width, height, depth = 8, colour = 2, rows, extra = [] }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

const segment = (marker: number, contents: readonly number[]): number[] => {
  const length = contents.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...contents];
};

interface JpegParts {
  readonly width: number;
  readonly height: number;
  readonly progressive?: boolean;
  /** Scans of the means; a progressive picture may have one. */
  readonly scans?: number;
  /** Bytes of each scan; by default what the blocks take. */
  readonly dataBytes?: number;
}

/**
 * An even grey of 128 in three planes. Each Huffman table has one code, of one bit: the mean does not change; the block
 * ends. So a block is two zeros, or one in a progressive picture.
 */
export function flatJpeg({ width, height, progressive = false, scans = 1, dataBytes }: JpegParts): Buffer {
  const one = [1, ...new Array<number>(15).fill(0), 0];
  const planes = [1, 2, 3].flatMap((id) => [id, 0x11, 0]);
  const blocks = 3 * Math.ceil(width / 8) * Math.ceil(height / 8);
  const bytes = dataBytes ?? Math.ceil((blocks * (progressive ? 1 : 2)) / 8);
  const header = [8, height >> 8, height & 255, width >> 8, width & 255, 3, ...planes];
  const scan = segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, progressive ? 0 : 63, 0]);
  return Buffer.concat([
    Uint8Array.of(0xff, 0xd8, ...segment(0xdb, [0, ...new Array<number>(64).fill(1)])),
    Uint8Array.from(segment(0xc4, [0x00, ...one, 0x10, ...one])),
    Uint8Array.from(segment(progressive ? 0xc2 : 0xc0, header)),
    ...Array.from({ length: scans }, () => Buffer.concat([Uint8Array.from(scan), new Uint8Array(bytes)])),
    Uint8Array.of(0xff, 0xd9),
  ]);
}
