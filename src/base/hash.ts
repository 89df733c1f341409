/** Hash the bits of an array with FNV-1a over 32-bit words; not cryptographic. */
export function hashOf(values: ArrayBufferView, start = 0x811c9dc5): number {
  let hash = start;
  const { buffer, byteOffset, byteLength } = values;
  if (byteOffset % 4 === 0 && byteLength % 4 === 0) {
    for (const word of new Uint32Array(buffer, byteOffset, byteLength / 4)) hash = Math.imul(hash ^ word, 0x01000193);
  } else for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
