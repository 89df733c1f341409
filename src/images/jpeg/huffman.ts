import type { BitReader } from './bit-reader.js';

/** Codes of up to this many bits are found by a table lookup. */
const FAST_BITS = 9;
const MAX_BITS = 16;

/** A table of Huffman codes, built from the number of codes of each length and their symbols in order. */
export class HuffmanTable {
  /** By the next bits: length · 256 + symbol; 0 for longer codes. */
  private readonly fast = new Uint16Array(1 << FAST_BITS);
  /** One more than the last code of each length. */
  private readonly limits = new Int32Array(MAX_BITS + 1);
  /** Index of a code's symbol minus the code, for each length. */
  private readonly offsets = new Int32Array(MAX_BITS + 1);

  /** @param counts numbers of codes with 1 to 16 bits @throws Error when there are more codes than fit */
  constructor(
    counts: Uint8Array,
    private readonly symbols: Uint8Array,
  ) {
    let code = 0;
    let place = 0;
    for (let length = 1; length <= MAX_BITS; length++) {
      this.offsets[length] = place - code;
      for (let i = 0; i < counts[length - 1]; i++, code++, place++) {
        if (code >= 1 << length) throw new Error('a Huffman table has more codes than fit');
        if (length > FAST_BITS) continue;
        const start = code << (FAST_BITS - length);
        this.fast.fill(length * 256 + symbols[place], start, start + (1 << (FAST_BITS - length)));
      }
      this.limits[length] = code;
      code <<= 1;
    }
  }

  /** @throws Error when the next bits are not a code */
  read(bits: BitReader): number {
    const found = this.fast[bits.peek(FAST_BITS)];
    if (found > 0) {
      bits.skip(found >> 8);
      return found & 255;
    }
    const next = bits.peek(MAX_BITS);
    for (let length = FAST_BITS + 1; length <= MAX_BITS; length++) {
      const code = next >> (MAX_BITS - length);
      if (code >= this.limits[length]) continue;
      bits.skip(length);
      return this.symbols[code + this.offsets[length]];
    }
    throw new Error(`no Huffman code before byte ${bits.at}`);
  }
}
