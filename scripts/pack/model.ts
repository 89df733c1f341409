import { Coding, Context, PRIOR } from '../../src/backends/wasm/packing.js';

/** The value that stands for certainty. */
export const ONE = 2 ** Coding.precision;

/** Probabilities of bits by context, as `unpack` has them. */
export class Model {
  private readonly chances = new Uint16Array(Context.end).fill(0x8000);
  private readonly seen = new Uint8Array(Context.end);

  /** Probability of a one, in units of `ONE`. */
  chance(context: number): number {
    return (this.chances[context] >>> (16 - Coding.precision)) | 1;
  }

  update(context: number, bit: number): void {
    const chance = this.chances[context];
    const seen = this.seen[context];
    this.chances[context] = chance + ((bit ? 65535 : 0) - chance) / (seen + PRIOR);
    this.seen[context] = Math.min(seen + 1, Coding.steady);
  }
}
