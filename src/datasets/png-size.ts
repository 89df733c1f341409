import { inflateSync } from 'node:zlib';

/** Most bytes a pixel takes: red, green, blue and alpha at 16 bits. */
const MAX_PIXEL_BYTES = 8;

/** Room in each row for the filter bytes, those of interlaced passes too. */
const ROW_BYTES = 16;

/**
 * Inflates a PNG's pixels once under a limit, because its decoder would unpack whatever the file holds, whatever its header says.
 * @throws Error when the header claims more than `maxPixels`, or the content is more than the header claims
 */
export function checkPngSize(bytes: Uint8Array, maxPixels: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width * height > maxPixels) throw new Error(`${width}×${height} pixels, over the limit of ${maxPixels}`);
  const maxOutputLength = (width * MAX_PIXEL_BYTES + ROW_BYTES) * height + ROW_BYTES;
  try {
    inflateSync(Buffer.concat(pixelChunks(bytes, view)), { maxOutputLength });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const forged = `its pixels are more than the ${width}×${height} that its header claims`;
    throw new Error(code === 'ERR_BUFFER_TOO_LARGE' ? forged : message, { cause: error });
  }
}

/** Contents of the IDAT chunks: each chunk is its length, its name, its content and a checksum. */
function pixelChunks(bytes: Uint8Array, view: DataView): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === 'IDAT') chunks.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return chunks;
}
