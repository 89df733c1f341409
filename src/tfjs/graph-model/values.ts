import type { Tensor } from '../../tensor/tensor.js';

/** A list of tensors: what TensorFlow's TensorList and TensorArray ops pass on. Each change makes a new list. */
export class TensorList {
  constructor(readonly items: readonly (Tensor | null)[]) {}

  /** Return the list with another item at a place, which may be behind the last. */
  with(index: number, item: Tensor): TensorList {
    const items = [...this.items];
    while (items.length < index) items.push(null);
    items[index] = item;
    return new TensorList(items);
  }
}

/** An output of a node; null where the branch that it belongs to is not taken. */
export type Value = Tensor | TensorList | null;

/** The outputs of a node. */
export type Result = Tensor | TensorList | readonly Value[];
