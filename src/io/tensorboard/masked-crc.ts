import { crc32c } from '../../base/crc.js';

/** Compute the CRC-32C of bytes, rotated and offset as in TFRecord files. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
