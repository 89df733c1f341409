import { isObject } from '../bytes/json.js';
import type { Hdf5Group } from '../hdf5/read.js';
import type { Hdf5GroupWriter } from '../hdf5/write.js';
import type { OptimizerArrays } from './optimizer-state.js';
import type { StoredSlot } from './restore-optimizer.js';

/*
 * Notes that nabla adds to the optimizer's arrays in HDF5 files, which Keras keeps in order and without names: the
 * names of the slots, and the slots of frozen weights, for which Keras has no place.
 */

/** Names of slots, and of the scalars after them, in the order of their arrays. */
export interface SlotNames {
  readonly slots: readonly string[];
  readonly frozen: readonly string[];
}

/** Location of the slots of frozen weights, by number. */
const FROZEN_SLOTS = 'nabla/frozen_slots';

export const slotNames = ({ slots, frozen, derived }: OptimizerArrays): SlotNames => ({
  slots: [...slots, ...derived].map(({ name }) => name),
  frozen: frozen.map(({ name }) => name),
});

export function writeFrozenSlots(root: Hdf5GroupWriter, { frozen }: OptimizerArrays): void {
  for (const [index, array] of frozen.entries()) root.numbers(`${FROZEN_SLOTS}/${index}`, array.values, array.shape);
}

/** Return the names in nabla's metadata; null in files that nabla did not write. */
export function readSlotNames(nabla: unknown): SlotNames | null {
  const { slots, frozen } = isObject(nabla) && isObject(nabla.optimizer) ? nabla.optimizer : {};
  const isNames = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((name) => typeof name === 'string');
  return isNames(slots) && isNames(frozen) ? { slots, frozen } : null;
}

/** Name an optimizer's arrays from nabla's metadata, and add the slots of frozen weights. */
export function nameArrays(
  root: Hdf5Group,
  arrays: readonly StoredSlot[],
  names: SlotNames | null,
): readonly StoredSlot[] {
  if (!names) return arrays;
  const header = arrays.length - names.slots.length;
  const named = arrays.map((array, index) =>
    index < header ? array : { ...array, name: names.slots[index - header] },
  );
  const frozen = names.frozen.flatMap((name, index): StoredSlot[] => {
    const array = root.numbers(`${FROZEN_SLOTS}/${index}`);
    return array ? [{ ...array, name }] : [];
  });
  return [...named, ...frozen];
}
