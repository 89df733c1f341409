import { sizeOf } from '../../base/shape.js';
import type { FileArray, StoredArray } from '../bytes/stored-array.js';

/*
 * Weights of LSTM and GRU in Keras 1, which stores each gate separately: `lstm_1_W_i`, `lstm_1_U_i`, `lstm_1_b_i`, …
 * They are concatenated to the arrays that its mode `gpu` and all later releases have: `lstm_1_W`. Source:
 * `preprocess_weights_for_loading` of tf_keras.
 */

/** Gates of LSTM and GRU in the order of their columns. */
const CELLS = ['ifco', 'zrh'];

/** The name of a weight and the arrays that make it up. */
export interface GateParts {
  readonly name: string;
  /** Arrays of its gates, in the order of their columns; a single array if the gates are not stored separately. */
  readonly parts: readonly string[];
}

/** Group the names of gates if all gates of a layer are present; other names are unchanged. */
export function joinedGates(names: readonly string[]): GateParts[] {
  const gates = new Map<string, Map<string, string>>();
  for (const name of names) {
    const [, whole, gate] = /^(.+_[WUb])_([ifcozrh])$/.exec(name) ?? [];
    if (whole) gates.set(whole, (gates.get(whole) ?? new Map()).set(gate, name));
  }
  const joined = new Map<string, readonly string[]>();
  for (const [whole, parts] of gates) {
    const order = CELLS.find((cell) => cell.length === parts.size && [...cell].every((gate) => parts.has(gate)));
    if (order)
      joined.set(
        whole,
        [...order].map((gate) => parts.get(gate)!),
      );
  }
  const inside = new Set([...joined.values()].flat());
  const whole = names.filter((name) => !inside.has(name)).map((name) => ({ name, parts: [name] }));
  return [...whole, ...[...joined].map(([name, parts]) => ({ name, parts }))];
}

/** Concatenate arrays along their last axis. */
export function concatenated(parts: readonly FileArray[]): FileArray {
  if (parts.length === 1) return parts[0];
  const lead = parts[0].shape.slice(0, -1);
  const widths = parts.map(({ shape }) => shape.at(-1) ?? 1);
  const columns = widths.reduce((total, width) => total + width, 0);
  const shape = [...lead, columns];
  return { shape, read: () => ({ shape, values: interleaved(parts, widths, sizeOf(lead), columns) }) };
}

function interleaved(
  parts: readonly FileArray[],
  widths: readonly number[],
  rows: number,
  columns: number,
): StoredArray['values'] {
  const values = new Float32Array(rows * columns);
  let start = 0;
  for (const [index, part] of parts.entries()) {
    const own = part.read().values;
    const width = widths[index];
    for (let row = 0; row < rows; row++) {
      values.set(own.subarray(row * width, (row + 1) * width), row * columns + start);
    }
    start += width;
  }
  return values;
}
