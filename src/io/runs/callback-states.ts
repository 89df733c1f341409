import { FormatError } from '../../base/errors.js';
import type { NamedCallbackState } from '../../training/callback-state.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { asArray, asObject, asString } from '../bytes/json.js';
import type { NamedArray, StoredArray } from '../bytes/stored-array.js';
import { readSafetensors, writeSafetensors } from '../formats/safetensors/bytes.js';

/* States of callbacks in files: JSON in the state of a run, and arrays in a separate file. */

type Values = StoredArray['values'];

/** The states as JSON, and the bytes of a safetensors file with their arrays; null if they have none. */
export function encodeCallbackStates(states: readonly NamedCallbackState[]): {
  json: unknown;
  arrays: Uint8Array | null;
} {
  const arrays = states.flatMap((state, index) =>
    (state.arrays ?? []).map((values, number): NamedArray => {
      return { name: `${index}/${number}`, shape: [values.length], values: values as Values };
    }),
  );
  return {
    json: states.map(({ name, values, arrays: own }) => ({ name, values, arrays: own?.length ?? null })),
    arrays: arrays.length > 0 ? writeSafetensors({ arrays, metadata: { format: 'nabla' } }) : null,
  };
}

/** @throws FormatError when the states are damaged, or an array is missing */
export function decodeCallbackStates(json: unknown, file: NamedBytes | null, place: string): NamedCallbackState[] {
  const found = new Map(file ? readSafetensors(file).arrays.map((array) => [array.name, array]) : []);
  return asArray(json, place).map((each, index): NamedCallbackState => {
    const state = asObject(each, place);
    const name = asString(state.name, place);
    const values = asObject(state.values, `${place}: ${name}`);
    if (state.arrays === null) return { name, values };
    const arrays = Array.from({ length: Number(state.arrays) }, (_, number) => {
      const array = found.get(`${index}/${number}`);
      if (array) return array.read().values;
      throw new FormatError(`${place}: ${name}: array ${number} is missing`);
    });
    return { name, values, arrays };
  });
}
