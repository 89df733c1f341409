import type { RgbImage } from '../rgb-image.js';
import { type ColourModel, toRgb } from './colour.js';
import { type Frame, readFrame } from './frame.js';
import { HuffmanTable } from './huffman.js';
import { inverseDct } from './inverse-dct.js';
import { ScanDecoder, type ScanPlane, type ScanRange, ZIGZAG } from './scan.js';

/** Largest number of scans: progressive images have about ten; thousands of nearly empty ones would take hours. */
const MAX_SCANS = 100;

/** Unsupported kinds of JPEG, by their marker. */
const UNSUPPORTED: Readonly<Record<number, string>> = {
  195: 'lossless',
  197: 'hierarchical',
  198: 'hierarchical',
  199: 'hierarchical, lossless',
  201: 'arithmetic coding',
  202: 'arithmetic coding',
  203: 'arithmetic coding, lossless',
};

/**
 * Decode a sequential or progressive JPEG to RGB. Grey, RGB, YCbCr and CMYK images give the same bytes as Pillow's
 * `convert('RGB')`; the orientation tag is ignored.
 * Memory: the file, 3 bytes per pixel for the result and one per sample, which are 1.5 to 4 per pixel; progressive
 * images need 2 more bytes per sample. In total at most 6 bytes per pixel, 12 for progressive images, and a third
 * more for CMYK.
 * @throws Error saying what is wrong with the file
 * @see ITU-T T.81, "Digital compression and coding of continuous-tone still images"
 */
export function decodeJpeg(bytes: Uint8Array): RgbImage {
  const file = new JpegFile(bytes);
  const frame = file.read();
  for (const { coefficients, ...component } of frame.components) {
    if (!coefficients) continue;
    if (!component.quantization) throw new Error(`plane ${component.id} has no data`);
    for (let row = 0; row < component.rows; row++) {
      for (let column = 0; column < component.columns; column++) {
        const from = (row * component.stride + column * 8) * 8;
        const to = (row * component.stride + column) * 8;
        inverseDct(coefficients, from, component.quantization, component.samples, to, component.stride);
      }
    }
  }
  for (const component of frame.components) component.coefficients = null;
  return { data: toRgb(frame, file.colourModel), width: frame.width, height: frame.height };
}

/** Reads the segments of a file in order, and keeps the tables that they define. */
class JpegFile {
  private frame: Frame | null = null;
  private readonly quantization: (Uint16Array | undefined)[] = [];
  private readonly huffman: { dc: (HuffmanTable | undefined)[]; ac: (HuffmanTable | undefined)[] } = { dc: [], ac: [] };
  private restartInterval = 0;
  private scans = 0;
  private isJfif = false;
  /** The colour transform in Adobe's segment; null without one. */
  private transform: number | null = null;

  constructor(private readonly bytes: Uint8Array) {}

  read(): Frame {
    const { bytes } = this;
    for (let at = 2; ; ) {
      while (bytes[at] === 255 && bytes[at + 1] === 255) at++;
      if (at + 4 > bytes.length) {
        if (bytes[at] === 255 && bytes[at + 1] === 0xd9) break;
        throw new Error(`the file ends at byte ${bytes.length}, before its last marker`);
      }
      const marker = bytes[at + 1];
      if (bytes[at] !== 255) throw new Error(`byte ${at} is ${bytes[at]}, expected a marker`);
      if (marker === 0xd9) break;
      const length = bytes[at + 2] * 256 + bytes[at + 3];
      const end = at + 2 + length;
      if (length < 2 || end > bytes.length)
        throw new Error(`the segment at byte ${at} has ${length} bytes, more than the file`);
      const content = bytes.subarray(at + 4, end);
      at = marker === 0xda ? this.readScan(content, end) : end;
      if (marker !== 0xda) this.readSegment(marker, content);
    }
    if (!this.frame || this.scans === 0) throw new Error('it has no picture');
    for (const { id, quantization } of this.frame.components)
      if (!quantization) throw new Error(`plane ${id} has no data`);
    return this.frame;
  }

  private readSegment(marker: number, content: Uint8Array): void {
    const kind = UNSUPPORTED[marker];
    if (kind) throw new Error(`${kind} JPEG, expected sequential or progressive`);
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      if (this.frame) throw new Error('it has two headers');
      this.frame = readFrame(content, marker === 0xc2, this.bytes.length);
    } else if (marker === 0xc4) this.readHuffman(content);
    else if (marker === 0xdb) this.readQuantization(content);
    else if (marker === 0xdd) this.restartInterval = content[0] * 256 + content[1];
    else if (marker === 0xe0 && startsWith(content, 'JFIF\0')) this.isJfif = true;
    else if (marker === 0xee && startsWith(content, 'Adobe') && content.length >= 12) this.transform = content[11];
  }

  private readQuantization(content: Uint8Array): void {
    for (let at = 0; at < content.length; ) {
      const [precision, number] = [content[at] >> 4, content[at] & 15];
      const bytes = precision === 0 ? 1 : 2;
      if (precision > 1 || number > 3 || at + 1 + 64 * bytes > content.length)
        throw new Error('a quantization table is damaged');
      const table = new Uint16Array(64);
      for (let i = 0; i < 64; i++) {
        const place = at + 1 + i * bytes;
        table[ZIGZAG[i]] = bytes === 1 ? content[place] : content[place] * 256 + content[place + 1];
      }
      this.quantization[number] = table;
      at += 1 + 64 * bytes;
    }
  }

  private readHuffman(content: Uint8Array): void {
    for (let at = 0; at < content.length; ) {
      const [kind, number] = [content[at] >> 4, content[at] & 15];
      const counts = content.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (kind > 1 || number > 3 || total > 256 || at + 17 + total > content.length)
        throw new Error('a Huffman table is damaged');
      this.huffman[kind === 0 ? 'dc' : 'ac'][number] = new HuffmanTable(
        counts,
        content.slice(at + 17, at + 17 + total),
      );
      at += 17 + total;
    }
  }

  /** @returns the position of the next marker */
  private readScan(content: Uint8Array, at: number): number {
    const { frame } = this;
    if (!frame) throw new Error(`a scan at byte ${at}, before the header`);
    if (++this.scans > MAX_SCANS) throw new Error(`more than ${MAX_SCANS} scans`);
    const count = content[0];
    if (count < 1 || count > 4 || content.length < 4 + 2 * count) throw new Error('the header of a scan is damaged');
    const planes = Array.from({ length: count }, (_, i) => this.planeOf(frame, content[1 + 2 * i], content[2 + 2 * i]));
    if (new Set(planes.map(({ component }) => component)).size !== count) throw new Error('a scan has a plane twice');
    const [first, last, bits] = content.subarray(1 + 2 * count);
    const range = frame.isProgressive
      ? { first, last, before: bits >> 4, bit: bits & 15 }
      : { first: 0, last: 63, before: 0, bit: 0 };
    assertRange(range, planes, frame.isProgressive);
    for (const { component } of planes)
      component.quantization ??= this.quantization[component.quantizationTable] ?? null;
    if (planes.some(({ component }) => !component.quantization)) throw new Error('a quantization table is missing');
    return new ScanDecoder(this.bytes, at, frame, planes, range, this.restartInterval).decode();
  }

  private planeOf(frame: Frame, id: number, tables: number): ScanPlane {
    const component = frame.components.find((each) => each.id === id);
    if (!component) throw new Error(`a scan has plane ${id}, which the header does not have`);
    return { component, dc: this.huffman.dc[tables >> 4], ac: this.huffman.ac[tables & 15], predicted: 0 };
  }

  /** Determined as in libjpeg: by the segments of Adobe and JFIF, else by the names of the planes. */
  get colourModel(): ColourModel {
    const ids = this.frame!.components.map(({ id }) => id);
    if (ids.length === 1) return 'grey';
    if (ids.length === 4) return this.transform === 2 ? 'ycck' : 'cmyk';
    if (this.isJfif) return 'ycc';
    if (this.transform !== null) return this.transform === 0 ? 'rgb' : 'ycc';
    return String.fromCharCode(...ids) === 'RGB' ? 'rgb' : 'ycc';
  }
}

function assertRange(
  { first, last, before, bit }: ScanRange,
  planes: readonly ScanPlane[],
  isProgressive: boolean,
): void {
  const isMeans = first === 0;
  const fits = !isProgressive || (isMeans ? last === 0 : last >= first && last < 64 && planes.length === 1);
  if (!fits || bit > 13 || (before !== 0 && before !== bit + 1)) {
    throw new Error(`a scan of coefficients ${first} to ${last}, bits ${before} to ${bit}, which JPEG does not have`);
  }
  const needsDc = isMeans && before === 0;
  const needsAc = !isProgressive || !isMeans;
  if (planes.some(({ dc, ac }) => (needsDc && !dc) || (needsAc && !ac))) throw new Error('a Huffman table is missing');
}

const startsWith = (content: Uint8Array, text: string): boolean =>
  [...text].every((character, index) => content[index] === character.charCodeAt(0));
