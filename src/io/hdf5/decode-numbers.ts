import { halfFloats } from '../bytes/half-floats.js';
import type { StoredArray } from '../bytes/stored-array.js';
import type { Datatype } from './header-messages.js';

/** Storage format of numbers; opaque bytes are bfloat16, which the caller must know. */
export type NumberType = Extract<Datatype, { kind: 'integer' | 'float' }>;

/** The type as numpy writes it: `<f4`, `>i8`, … */
export const numpyName = ({ kind, size, bigEndian, ...rest }: NumberType): string => {
  const letter = kind === 'float' ? 'f' : 'signed' in rest && rest.signed ? 'i' : 'u';
  return `${bigEndian ? '>' : '<'}${letter}${size}`;
};

/** Decode numbers: 16-bit floats to float32, small integers to int32, large ones to float64. */
export function decodeNumbers(type: NumberType, bytes: Uint8Array): StoredArray['values'] {
  const little = type.bigEndian && type.size > 1 ? swapped(bytes, type.size) : bytes;
  if (type.kind === 'float') {
    if (type.size === 2) return halfFloats(little, type.brain ? 'brain' : 'half');
    return type.size === 4 ? new Float32Array(copyOf(little)) : new Float64Array(copyOf(little));
  }
  const { size, signed } = type;
  if (size === 1) return signed ? Int32Array.from(new Int8Array(copyOf(little))) : little.slice();
  if (size === 2) {
    return Int32Array.from(signed ? new Int16Array(copyOf(little)) : new Uint16Array(copyOf(little)));
  }
  if (size === 4) {
    return signed ? new Int32Array(copyOf(little)) : Float64Array.from(new Uint32Array(copyOf(little)));
  }
  const large = signed ? new BigInt64Array(copyOf(little)) : new BigUint64Array(copyOf(little));
  return Float64Array.from(large as ArrayLike<unknown> as ArrayLike<number>, Number);
}

/** Copy bytes to an address that is aligned for typed arrays. */
const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size) {
    for (let byte = 0; byte < size; byte++) result[start + byte] = bytes[start + size - 1 - byte];
  }
  return result;
}
