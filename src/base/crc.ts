/** Remainders of every byte. @param polynomial its bits reversed */
function remaindersOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? polynomial ^ (value >>> 1) : value >>> 1;
    return value;
  });
}

const CRC32 = /* @__PURE__ */ remaindersOf(0xedb88320);
const CRC32C = /* @__PURE__ */ remaindersOf(0x82f63b78);

function checksum(bytes: Uint8Array, remainders: Uint32Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = remainders[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

/** Compute the checksum of PNG, gzip and zip. */
export const crc32 = (bytes: Uint8Array): number => checksum(bytes, CRC32);

/** Compute the checksum of TFRecord files: Castagnoli's polynomial. */
export const crc32c = (bytes: Uint8Array): number => checksum(bytes, CRC32C);
