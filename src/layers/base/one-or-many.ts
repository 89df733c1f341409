import { ValueError } from '../../base/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from './symbolic.js';

/** What goes into a layer, or comes out of it. */
export type OneOrMany<T> = T | readonly T[];

/** @internal one value or a list, as a list */
export function asList<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** @internal the one tensor of a layer that takes one @throws ValueError */
export function onlyTensor(inputs: OneOrMany<Tensor>): Tensor {
  const list = asList(inputs);
  if (list.length !== 1) throw new ValueError(`${list.length} inputs given, expected one tensor`);
  return list[0];
}

/** @internal a shape for one input, a list for a list */
export function shapesOf(inputs: OneOrMany<{ readonly shape: SymbolicShape }>): SymbolicShape | SymbolicShape[] {
  return isList(inputs) ? inputs.map(({ shape }) => shape) : inputs.shape;
}

function isList<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}
