/* Conversion of 16-bit floats to float32, which is exact. */

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

/** Encode float32 as IEEE 754 binary16, rounded to nearest, ties to even; values that are too large become infinite. */
export function toHalfFloats(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(values, toHalf);
  return new Uint8Array(halves.buffer);
}

function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the spacing is 2^-24; above, there are 1024 steps per power of two. A carry into the exponent is
  // correct.
  const exponent = Math.max(Math.floor(Math.log2(size || 1e-30)), -14);
  const steps = roundToEven(size / 2 ** (exponent - 10));
  return exponent === -14 && steps < 1024 ? sign | steps : sign | ((exponent + 14) * 1024 + steps);
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
