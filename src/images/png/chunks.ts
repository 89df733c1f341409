import { crc32 } from '../../base/crc.js';
import { assertPictureSize } from '../rgb-image.js';

/** Colour types of PNG by number: samples per pixel, and the allowed bits per sample. */
const COLOUR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};
const INDEXED = 3;

/** The parts of a PNG that are needed to decode its pixels. */
export interface PngContent {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  /** Samples per pixel, alpha included. */
  readonly channels: number;
  /** Three bytes per colour; null if the samples are colours themselves. */
  readonly palette: Uint8Array | null;
  readonly interlaced: boolean;
  /** The pixels, compressed. */
  readonly pixels: readonly Uint8Array[];
}

/**
 * Read the chunks of a PNG that hold its pixels: header, palette, data. All others are skipped without unpacking: a
 * compressed colour profile or text may unpack to any size.
 * @throws Error saying what is wrong with the file
 * @see https://www.w3.org/TR/png-3/#5Chunk-layout
 */
export function readPngChunks(bytes: Uint8Array): PngContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: (Omit<PngContent, 'palette' | 'pixels'> & { indexed: boolean }) | null = null;
  let palette: Uint8Array | null = null;
  const pixels: Uint8Array[] = [];
  for (let at = SIGNATURE_BYTES; ; ) {
    if (at + 12 > bytes.length) throw new Error(`the file ends at byte ${bytes.length}, before its last chunk`);
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error(`the file ends at byte ${bytes.length}, inside chunk ${name}`);
    const content = bytes.subarray(at + 8, end);
    // Names of critical chunks begin with a capital letter.
    if (/^[A-Z]/.test(name)) {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
        throw new Error(`chunk ${name}: its checksum is wrong`);
      if ((name === 'IHDR') !== (header === null))
        throw new Error(`chunk ${name}: expected ${header ? 'one' : 'a'} header, first`);
      if (name === 'IHDR') header = readHeader(content);
      else if (name === 'PLTE') palette = content;
      else if (name === 'IDAT') pixels.push(content);
      else if (name === 'IEND') break;
      else throw new Error(`chunk ${name}, which PNG does not have`);
    }
    at = end + 4;
  }
  const { indexed, ...found } = header!;
  if (indexed && (!palette || palette.length === 0 || palette.length % 3 !== 0)) {
    throw new Error(`its palette has ${palette?.length ?? 0} bytes, expected three a colour`);
  }
  return { ...found, palette: indexed ? palette : null, pixels };
}

const SIGNATURE_BYTES = 8;

function readHeader(content: Uint8Array): Omit<PngContent, 'palette' | 'pixels'> & { indexed: boolean } {
  if (content.length !== 13) throw new Error(`its header has ${content.length} bytes, expected 13`);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  assertPictureSize(width, height);
  const [depth, colourType, compression, filter, interlace] = content.subarray(8);
  const { channels, depths } = COLOUR_TYPES[colourType] ?? { channels: 0, depths: [] };
  if (!depths.includes(depth)) throw new Error(`colour type ${colourType} with ${depth} bits, which PNG does not have`);
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error(`compression ${compression}, filter ${filter}, interlacing ${interlace}: expected 0, 0, 0 or 1`);
  }
  return { width, height, depth, channels, interlaced: interlace === 1, indexed: colourType === INDEXED };
}
