import { encodeText } from '../../base/utf8.js';
import { joined } from '../bytes/joined.js';

/* The part of Protocol Buffers that event files need: each function returns one encoded field. */

enum Wire {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  fixed32 = 5,
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
  return bytes;
}

const key = (field: number, wire: Wire): number[] => varint(field * 8 + wire);

/** Concatenate fields to a message. */
export const message = (...fields: readonly Uint8Array[]): Uint8Array => joined(fields);

/** Encode an integer ≥ 0. */
export const integerField = (field: number, value: number): Uint8Array =>
  Uint8Array.from([...key(field, Wire.varint), ...varint(value)]);

export const doubleField = (field: number, value: number): Uint8Array =>
  message(Uint8Array.from(key(field, Wire.fixed64)), new Uint8Array(Float64Array.of(value).buffer));

export const floatField = (field: number, value: number): Uint8Array =>
  message(Uint8Array.from(key(field, Wire.fixed32)), new Uint8Array(Float32Array.of(value).buffer));

/** Encode bytes, a text, or a message. */
export function bytesField(field: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? encodeText(value) : value;
  return message(Uint8Array.from([...key(field, Wire.bytes), ...varint(bytes.length)]), bytes);
}

/** Encode numbers, packed. */
export const doublesField = (field: number, values: readonly number[]): Uint8Array =>
  bytesField(field, new Uint8Array(Float64Array.from(values).buffer));
