/**
 * Return the size class: four per octave, at least 64 bytes, so that at most a fifth of a block is unused and addresses
 * are aligned to cache lines.
 */
export function sizeClass(bytes: number): number {
  if (bytes <= 256) return Math.max(64, Math.ceil(bytes / 64) * 64);
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / step) * step;
}
