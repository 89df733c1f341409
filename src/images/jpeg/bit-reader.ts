/**
 * Bits of a scan, most significant first. A byte 255 of the data is followed by a 0; before a marker the data end, and
 * zeros are read from there on.
 */
export class BitReader {
  private bits = 0;
  private count = 0;
  /** Bits among those at hand that were not in the file. */
  private made = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Where the next byte is. */
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

  /** The next bits, which stay where they are. @param count 1 to 16 */
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

  /** A number of so many bits, of which the lower half of all values stand for the negative ones. */
  readSigned(count: number): number {
    const value = this.read(count);
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** @throws Error when bits were read that are not in the file */
  assertNotPassed(): void {
    if (this.count < this.made) throw new Error(`the data of a scan end at byte ${this.at}`);
  }

  /** Drop what is left of the bits and go to the next marker. @returns its number */
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
