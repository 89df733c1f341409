/*
 * The form in which the package holds the kernels: Lempel-Ziv with adaptive arithmetic coding, as in LZMA. Browsers
 * decompress gzip too, but asynchronously, and the first op does not wait. `scripts/pack.ts` packs,
 * `assembly/unpack.ts` unpacks; both import this file, one of them as AssemblyScript.
 *
 * Data are a sequence of steps: a literal byte, or a copy of bytes that came before, from the same distance as one of
 * the two copies before it or from another. A step is coded in bits, each with the probability of its context.
 */

/** Where the contexts of each kind begin. Numbers have 512, literals a tree for the byte before and the form. */
export enum Context {
  /** By `history`, which says of the last three steps which were copies. */
  isCopy = 0,
  isRepeated = 8,
  isSecond = 16,
  repeatedLength = 512,
  length = 1024,
  /** Four numbers: for lengths 2, 3, 4, and longer ones. */
  distance = 1536,
  /**
   * Three forms: after a copy the next byte often is what the copy would have gone on with, until a bit differs. Forms
   * 1 and 2 are for bits where 0 and 1 would be next.
   */
  literal = 4096,
  end = 200704,
}

export enum Coding {
  /** Digits of 64 in the register of the coder: 30 bits, which engines keep as small integers. */
  digits = 5,
  /** log₂ of the range below which the next digit is taken. */
  leastRange = 24,
  /** Bits of a probability in the arithmetic; 16 are kept. */
  precision = 12,
  /** Bits after which a probability adapts no slower. */
  steady = 60,
  /** Digits are written in characters from `(`, without the backslash. */
  firstCharacter = 40,
  backslash = 92,
}

/** The weight of the first guess, that 0 and 1 are equally probable, in bits seen. */
export const PRIOR = 1.8;
