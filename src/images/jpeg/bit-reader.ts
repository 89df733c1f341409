/**
 * Reads the bits of a scan, most significant first. A byte 255 in the data is followed by a 0. The data end at a
 * marker; zeros are read from then on.
 */
export class BitReader {
  private bits = 0;
  private count = 0;
  /** Number of buffered bits that are not from the file. */
  private made = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Position of the next byte. */
    public at: number,
  ) {}

  private fill(): void {
    while (this.count <= 24) {
      const byte = this.bytes[this.at];
      const isEnd = byte === undefined || (byte === 255 && this.bytes[this.at + 1] !== 0);
      if (isEnd) this.made += 8;
      else this.at += byte === 255 ? 2 : 1;
      this.bits = (this.bits << 8) | (isEnd ? 0 : byte);
      this.count += 8;
    }
  }

  /** Return the next bits without consuming them. @param count 1 to 16 */
  peek(count: number): number {
    if (this.count < count) this.fill();
    return (this.bits >>> (this.count - count)) & ((1 << count) - 1);
  }

  skip(count: number): void {
    this.count -= count;
  }

  /** @param count 0 to 16 */
  read(count: number): number {
    if (count === 0) return 0;
    const value = this.peek(count);
    this.count -= count;
    return value;
  }

  /** Read a number of `count` bits; the lower half of the values encodes negative numbers. */
  readSigned(count: number): number {
    const value = this.read(count);
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** @throws Error when bits were read that are not in the file */
  assertNotPassed(): void {
    if (this.count < this.made) throw new Error(`the data of a scan end at byte ${this.at}`);
  }

  /** Drop the remaining bits and advance to the next marker. @returns its number */
  nextMarker(): number {
    this.bits = 0;
    this.count = 0;
    this.made = 0;
    const { bytes } = this;
    while (this.at + 1 < bytes.length) {
      if (bytes[this.at] === 255 && bytes[this.at + 1] !== 0 && bytes[this.at + 1] !== 255) return bytes[this.at + 1];
      this.at++;
    }
    throw new Error(`the file ends at byte ${bytes.length}, inside a scan`);
  }
}
