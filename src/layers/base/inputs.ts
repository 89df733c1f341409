import type { SymbolicShape } from './symbolic.js';

/** The inputs or outputs of a layer. */
export type OneOrMany<T> = T | readonly T[];

/** @internal convert one value or a list to a list */
export function asList<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** @internal return one shape for one input, a list for a list */
export function shapesOf(inputs: OneOrMany<{ readonly shape: SymbolicShape }>): SymbolicShape | SymbolicShape[] {
  return 'shape' in inputs ? inputs.shape : inputs.map(({ shape }) => shape);
}
