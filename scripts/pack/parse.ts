import { type Model, ONE } from './model.js';
import { after, type Sink, START, type State, type Step, write } from './steps.js';

/** Longest match. */
const LONGEST = 2000;

/** Earlier places with the same two bytes that are compared. */
const MOST_CANDIDATES = 4000;

/** A match of this length is not worth looking for a longer one. */
const LONG_ENOUGH = 300;

/** Lengths of a match that are tried, from the longest down. */
const MOST_LENGTHS = 64;

/** Bits that a bit of each probability costs. */
const COSTS = Float64Array.from({ length: ONE + 1 }, (_, chance) => -Math.log2(chance / ONE));

function matchLength(data: Uint8Array, at: number, distance: number): number {
  const most = Math.min(LONGEST, data.length - at);
  let length = 0;
  while (length < most && data[at + length] === data[at + length - distance]) length++;
  return length;
}

/** For each place the matches that are longer than all nearer ones, by length. */
export function findMatches(data: Uint8Array): readonly Step[][] {
  const heads = new Map<number, number>();
  const previous = new Int32Array(data.length).fill(-1);
  return Array.from(data, (_, at) => {
    const found: Step[] = [];
    const key = (data[at] << 8) | data[at + 1];
    let longest = 1;
    let candidate = heads.get(key) ?? -1;
    for (let i = 0; candidate >= 0 && i < MOST_CANDIDATES && longest < LONG_ENOUGH; i++) {
      const length = data[candidate + longest] === data[at + longest] ? matchLength(data, at, at - candidate) : 0;
      if (length > longest) found.push({ length: (longest = length), distance: at - candidate });
      candidate = previous[candidate];
    }
    previous[at] = heads.get(key) ?? -1;
    heads.set(key, at);
    return found;
  });
}

/** Return the steps that cost least bits, as far as the probabilities of the last pass tell. */
export function parse(data: Uint8Array, matches: readonly Step[][], model: Model): Step[] {
  const costs = new Float64Array(data.length + 1).fill(Number.POSITIVE_INFINITY);
  const steps = new Array<Step>(data.length + 1);
  const states = new Array<State>(data.length + 1);
  costs[0] = 0;
  states[0] = START;
  let cost = 0;
  const sink: Sink = (context, bit) => {
    const chance = model.chance(context);
    cost += COSTS[bit ? chance : ONE - chance];
  };
  for (let at = 0; at < data.length; at++) {
    const state = states[at];
    const take = (length: number, distance: number): void => {
      const step = { length, distance };
      cost = costs[at];
      write(sink, data, at, step, state);
      if (cost >= costs[at + length]) return;
      costs[at + length] = cost;
      steps[at + length] = step;
      states[at + length] = after(state, step);
    };
    take(1, 0);
    for (const distance of new Set([state.last, state.second])) {
      const longest = distance <= at ? matchLength(data, at, distance) : 0;
      for (let length = longest; length > Math.max(0, longest - MOST_LENGTHS); length--) take(length, distance);
    }
    let shortest = 2;
    for (const { length: longest, distance } of matches[at]) {
      const from = Math.max(shortest, longest - MOST_LENGTHS);
      if (distance !== state.last && distance !== state.second) {
        for (let length = from; length <= longest; length++) take(length, distance);
      }
      shortest = longest + 1;
    }
  }
  const path: Step[] = [];
  for (let at = data.length; at > 0; at -= steps[at].length) path.push(steps[at]);
  return path.reverse();
}
