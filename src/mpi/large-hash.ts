import type { Tensor } from '../tensor/tensor.js';

/**
 * Hash the bits of large arrays, one after the other, to find accidental differences. Four interleaved chains hide the
 * latency of multiplications: a single chain is seven times slower. The shift mixes high bits into low ones: without
 * it, two flipped signs would cancel.
 * @example const hash = new LargeHash(); hash.add(new Float32Array(1e6)); hash.value
 */
export class LargeHash {
  private readonly chains = Uint32Array.of(0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b);

  add({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    // Partial words at either end of arrays of small types are hashed by bytes.
    const isAligned = byteOffset % 4 === 0;
    const words = isAligned ? new Uint32Array(buffer, byteOffset, byteLength >> 2) : new Uint32Array(0);
    const rest = new Uint8Array(buffer, byteOffset + words.byteLength, byteLength - words.byteLength);
    let [a, b, c, d] = this.chains;
    const whole = words.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      a = Math.imul(a ^ words[i], 0x01000193);
      b = Math.imul(b ^ words[i + 1], 0x01000193);
      c = Math.imul(c ^ words[i + 2], 0x01000193);
      d = Math.imul(d ^ words[i + 3], 0x01000193);
      a ^= a >>> 15;
      b ^= b >>> 15;
      c ^= c >>> 15;
      d ^= d >>> 15;
    }
    for (const word of words.subarray(whole)) a = mixed(a, word);
    for (const byte of rest) a = mixed(a, byte);
    this.chains.set([a, b, c, d]);
  }

  /** The hash of all arrays added so far, an unsigned 32-bit integer. */
  get value(): number {
    return this.chains.reduce(mixed, 0) >>> 0;
  }
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  return product ^ (product >>> 15);
}

/** Hash the bits of tensors' values, in place if they are in host memory. */
export async function hashOfTensors(tensors: Iterable<Tensor>): Promise<string> {
  const hash = new LargeHash();
  for (const tensor of tensors) {
    const { backend, buffer, dtype, size } = tensor.storage;
    hash.add(backend.view?.(buffer, dtype, size) ?? (await tensor.data()));
  }
  return hash.value.toString(16);
}
