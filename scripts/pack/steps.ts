import { Context } from '../../src/backends/wasm/packing.js';

/** A literal (distance 0), or a copy of `length` bytes from `distance` before. */
export interface Step {
  readonly length: number;
  readonly distance: number;
}

/** What the next step depends on: the last two distances, and whether each of the last three steps was a match. */
export interface State {
  readonly last: number;
  readonly second: number;
  readonly history: number;
}

export const START: State = { last: 1, second: 1, history: 0 };

export function after({ last, second, history }: State, { distance }: Step): State {
  if (distance === 0) return { last, second, history: (history << 1) & 7 };
  const isLast = distance === last;
  return { last: distance, second: isLast ? second : last, history: ((history << 1) | 1) & 7 };
}

/** Receives the bits of a step, in order, with their contexts. */
export type Sink = (context: number, bit: number) => void;

function number(sink: Sink, context: number, value: number): void {
  const bits = 31 - Math.clz32(value);
  for (let i = 0; i < bits; i++) sink(context + i, 1);
  sink(context + bits, 0);
  for (let i = bits - 1; i >= 0; i--) {
    sink(context + 32 + 8 * bits + Math.min(value >> (i + 1), 7), (value >> i) & 1);
  }
}

/** The bits of a step, as `unpack` reads them. */
export function write(sink: Sink, data: Uint8Array, at: number, { length, distance }: Step, state: State): void {
  const { last, second, history } = state;
  if (distance === 0) {
    sink(Context.isCopy + history, 0);
    const tree = Context.literal + (at > 0 ? data[at - 1] << 8 : 0);
    const expected = history & 1 ? data[at - last] | 256 : 0;
    const byte = data[at] | 256;
    for (let i = 7; i >= 0; i--) {
      const prefix = byte >> (i + 1);
      const form = expected >> (i + 1) === prefix ? 1 + ((expected >> i) & 1) : 0;
      sink(tree + 65536 * form + prefix, (byte >> i) & 1);
    }
    return;
  }
  sink(Context.isCopy + history, 1);
  const isRepeated = distance === last || distance === second;
  sink(Context.isRepeated + history, isRepeated ? 1 : 0);
  if (isRepeated) {
    sink(Context.isSecond + history, distance === last ? 0 : 1);
    number(sink, Context.repeatedLength, length);
  } else {
    number(sink, Context.length, length - 1);
    number(sink, Context.distance + 512 * Math.min(length - 2, 3), distance);
  }
}
