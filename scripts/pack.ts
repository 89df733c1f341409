import { Coding } from '../src/backends/wasm/packing.js';
import { Model, ONE } from './pack/model.js';
import { findMatches, parse } from './pack/parse.js';
import { after, type Sink, START, type Step, write } from './pack/steps.js';

/** Parses of the data: each but the first knows what the bits of the one before it cost at its end. */
const PASSES = 5;

/** Values of the coder's register, and of all its digits but the first. */
const REGISTER = 64 ** Coding.digits;
const BEHIND_FIRST = REGISTER / 64;

/**
 * Return the digits, base 64, of a number in the interval that the steps narrow down; the model learns.
 */
function encode(data: Uint8Array, steps: readonly Step[], model: Model): number[] {
  const digits: number[] = [];
  let low = 0;
  let range = REGISTER;
  const shift = (): void => {
    if (low >= REGISTER) {
      let i = digits.length - 1;
      for (; digits[i] === 63; i--) digits[i] = 0;
      digits[i]++;
      low -= REGISTER;
    }
    digits.push(Math.floor(low / BEHIND_FIRST));
    low = (low % BEHIND_FIRST) * 64;
  };
  const sink: Sink = (context, bit) => {
    const bound = Math.floor(range / ONE) * model.chance(context);
    if (!bit) low += bound;
    range = bit ? bound : range - bound;
    for (; range < 2 ** Coding.leastRange; range *= 64) shift();
    model.update(context, bit);
  };
  let state = START;
  let at = 0;
  for (const step of steps) {
    write(sink, data, at, step, state);
    state = after(state, step);
    at += step.length;
  }
  for (let i = 0; i < Coding.digits; i++) shift();
  return digits;
}

/** 64 characters: gzip and brotli turn each into six bits. */
const characterOf = (digit: number): string => {
  const code = Coding.firstCharacter + digit;
  return String.fromCharCode(code < Coding.backslash ? code : code + 1);
};

/** Pack bytes as text, which `assembly/unpack.ts` unpacks. */
export function pack(data: Uint8Array): string {
  const matches = findMatches(data);
  let model = new Model();
  let shortest: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const steps = parse(data, matches, model);
    model = new Model();
    const digits = encode(data, steps, model);
    if (pass === 0 || digits.length < shortest.length) shortest = digits;
  }
  return shortest.map(characterOf).join('');
}
