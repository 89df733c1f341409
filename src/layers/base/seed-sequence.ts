import { currentBackend } from '../../backends/registry.js';

/**
 * Seeds for the random draws of one layer. Without a seed the layer draws from the stream of `setSeed`; with one, each
 * draw gets its own seed, computed from the layer's seed and a count, so that two calls differ.
 */
export class SeedSequence {
  /** Draws so far; saved with a model, so that training continues where it stopped. */
  count = 0;

  constructor(readonly seed: number | null) {}

  /** For an op's `seed`: undefined means the common stream. A call without data does not advance the sequence. */
  next(): number | undefined {
    if (currentBackend().dataless) return 0;
    if (this.seed === null) return undefined;
    // The golden ratio's odd neighbor: distinct counts give distinct seeds (Weyl's sequence).
    return (this.seed + Math.imul(this.count++, 0x9e3779b1)) >>> 0;
  }
}
