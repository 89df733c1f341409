import { currentBackend } from '../../backends/registry.js';

/**
 * Seeds for the random draws of a layer. Without a seed the layer draws from the stream of `setSeed`; with a seed, each
 * draw gets its own seed, computed from the layer's seed and a count, so that two calls differ.
 */
export class SeedSequence {
  /** Number of draws so far; saved with the model, so that training can be resumed. */
  count = 0;

  constructor(readonly seed: number | null) {}

  /** Return an op's `seed`; undefined for the common stream. A call without data does not advance the sequence. */
  next(): number | undefined {
    if (currentBackend().dataless) return 0;
    if (this.seed === null) return undefined;
    // The golden ratio's odd neighbor: distinct counts give distinct seeds (Weyl's sequence).
    return (this.seed + Math.imul(this.count++, 0x9e3779b1)) >>> 0;
  }
}
