/* 16-bit floats as float32, exactly: every one of them is a float32 too. */

const scratch = new DataView(new ArrayBuffer(4));

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function fromBrain(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** IEEE 754 binary16 (`half`) or the upper half of a float32 (`brain`), little-endian. */
export function halfFloats(bytes: Uint8Array, kind: 'half' | 'brain'): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const decode = kind === 'half' ? fromHalf : fromBrain;
  return Float32Array.from({ length: bytes.length / 2 }, (_, index) => decode(view.getUint16(2 * index, true)));
}
