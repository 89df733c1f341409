import { FormatError } from '../../base/errors.js';
import { decodeText } from '../../base/utf8.js';

/** Bytes of a file, with its name for errors. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads little-endian numbers in order, never beyond its end; reading beyond it is a FormatError that names the file
 * and
 * the byte.
 */
export class Cursor {
  private readonly view: DataView;

  /**
   * @param position start of reading, in bytes of the file
   * @param end end of reading, in bytes of the file
   * @param what name of the structure, for messages
   */
  constructor(
    readonly file: NamedBytes,
    public position: number,
    readonly end: number,
    readonly what: string,
  ) {
    const { bytes } = file;
    if (!(position >= 0 && position <= end && end <= bytes.length)) {
      throw new FormatError(
        `${file.name}: ${what}: bytes ${position} to ${end} are claimed, but the file has ${bytes.length}`,
      );
    }
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.end - this.position;
  }

  fail(message: string, at = this.position): FormatError {
    return new FormatError(`${this.file.name}: byte ${at}: ${this.what}: ${message}`);
  }

  /** Advance by `count` bytes, and return their position. */
  private take(count: number): number {
    if (count > this.left) throw this.fail(`truncated: ${count} bytes expected, ${this.left} left`);
    const at = this.position;
    this.position += count;
    return at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** A 64-bit number, rounded beyond 2⁵³, which no file reaches. */
  u64(): number {
    const at = this.take(8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
  }

  /** A number of 1 to 8 bytes. */
  uint(size: number): number {
    const at = this.take(size);
    let value = 0;
    for (let byte = size - 1; byte >= 0; byte--) value = value * 256 + this.view.getUint8(at + byte);
    return value;
  }

  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return this.file.bytes.subarray(at, at + count);
  }

  skip(count: number): this {
    this.take(count);
    return this;
  }

  /** A cursor over the next `count` bytes; this cursor advances past them. */
  part(count: number, what = this.what): Cursor {
    const at = this.take(count);
    return new Cursor(this.file, at, at + count, what);
  }

  /** An independent cursor at the same position. */
  copy(): Cursor {
    return new Cursor(this.file, this.position, this.end, this.what);
  }

  /** @throws FormatError when the next bytes are not this text */
  expect(signature: string): this {
    const at = this.position;
    const found = String.fromCharCode(...this.bytes(signature.length));
    if (found !== signature) throw this.fail(`found ${JSON.stringify(found)}, expected '${signature}'`, at);
    return this;
  }

  /** The text up to the next zero byte. */
  text(): string {
    const start = this.position;
    while (this.u8() !== 0);
    return decodeText(this.file.bytes.subarray(start, this.position - 1));
  }
}
