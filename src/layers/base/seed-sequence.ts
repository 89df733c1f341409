import { currentBackend } from '../../backends/registry.js';
import { ValueError } from '../../base/errors.js';

/**
 * Seeds for the random draws of one layer. Without a seed of its own the layer draws from the stream of `setSeed`;
 * with one, each draw gets another seed, told by the layer's seed and a count, so that two calls differ.
 */
export class SeedSequence {
  /** Draws so far; saved with a model, so that training goes on where it stopped. */
  count = 0;

  /** @throws ValueError when the seed is not an integer */
  constructor(
    caller: string,
    readonly seed: number | null = null,
  ) {
    if (seed !== null && !Number.isSafeInteger(seed)) {
      throw new ValueError(`${caller}: seed is ${String(seed)}, expected an integer`);
    }
  }

  /** For an op's `seed`: undefined means the common stream. A call without data uses up nothing. */
  next(): number | undefined {
    if (currentBackend().dataless) return 0;
    if (this.seed === null) return undefined;
    // The golden ratio's odd neighbour: distinct counts give distinct seeds (Weyl's sequence).
    return (this.seed + Math.imul(this.count++, 0x9e3779b1)) >>> 0;
  }
}
