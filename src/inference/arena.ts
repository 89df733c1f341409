import { BYTES_PER_ELEMENT } from '../base/dtype.js';
import { rootOf, type Step, sourcesOf, type Value } from './value.js';

/** Kernels read whole vectors, up to 64 bytes past the end of a buffer; parts are whole cache lines. */
const ALIGNMENT = 64;

/** From the step that computes a value to the last one that reads it. */
interface Lifetime {
  readonly value: Value;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

/** Position of each value in one block of memory. */
export interface Arena {
  readonly bytes: number;
  readonly offsets: ReadonlyMap<Value, number>;
}

/**
 * Assign positions to the values that steps compute, so that values alive at the same time do not overlap: the largest
 * first, each at the lowest position that is free during its lifetime.
 * @param excluded values with separate memory
 * @see Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", arXiv:2001.03288: greedy by size
 */
export function planArena(steps: readonly Step[], excluded: ReadonlySet<Value>): Arena {
  const lifetimes = lifetimesOf(steps, excluded).sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  const placed: (Lifetime & { readonly offset: number })[] = [];
  let bytes = 0;
  for (const life of lifetimes) {
    const rivals = placed.filter(({ first, last }) => first <= life.last && last >= life.first);
    let offset = 0;
    for (const rival of rivals.sort((a, b) => a.offset - b.offset)) {
      if (offset + life.bytes <= rival.offset) break;
      offset = Math.max(offset, rival.offset + rival.bytes);
    }
    placed.push({ ...life, offset });
    bytes = Math.max(bytes, offset + life.bytes);
  }
  return { bytes, offsets: new Map(placed.map(({ value, offset }) => [value, offset])) };
}

function lifetimesOf(steps: readonly Step[], excluded: ReadonlySet<Value>): Lifetime[] {
  const lives = new Map<Value, Lifetime>();
  for (const [index, step] of steps.entries()) {
    for (const source of sourcesOf(step)) {
      const life = lives.get(rootOf(source) as Value);
      if (life) life.last = index;
    }
    const { output } = step;
    if (excluded.has(output)) continue;
    const bytes = Math.ceil((output.size * BYTES_PER_ELEMENT[output.dtype]) / ALIGNMENT) * ALIGNMENT;
    lives.set(output, { value: output, bytes, first: index, last: index });
  }
  return [...lives.values()];
}

/** A separate buffer that several values of one size and dtype use one after another. */
export interface Slot {
  readonly size: number;
  readonly dtype: Value['dtype'];
  readonly values: Value[];
}

/** The same for backends whose buffers have no parts: values share a buffer where it fits exactly. */
export function planSlots(steps: readonly Step[], excluded: ReadonlySet<Value>): Slot[] {
  const slots: (Slot & { last: number })[] = [];
  for (const { value, first, last } of lifetimesOf(steps, excluded)) {
    const fits = (slot: (typeof slots)[number]) =>
      slot.last < first && slot.size === value.size && slot.dtype === value.dtype;
    const slot = slots.find(fits) ?? { size: value.size, dtype: value.dtype, values: [], last: -1 };
    if (slot.last < 0) slots.push(slot);
    slot.values.push(value);
    slot.last = last;
  }
  return slots;
}
