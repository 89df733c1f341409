import type { TypedArray } from '../base/dtype.js';
import { FormatError } from '../base/errors.js';
import { show } from '../base/show.js';

/** State that a callback decides by, so that a resumed training takes the same decisions. */
export interface CallbackState {
  /** JSON, in which NaN, infinities and −0 are allowed. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Numbers that are too many for JSON, such as weights. */
  readonly arrays?: readonly TypedArray[];
}

/** A state with the name of the callback's class. */
export interface NamedCallbackState extends CallbackState {
  readonly name: string;
}

/** Read a number; null if the state has none, such as a threshold not reached. @throws FormatError for other values */
export function numberOrNull({ values }: CallbackState, owner: string, name: string): number | null {
  const value = values[name];
  if (value === null || typeof value === 'number') return value;
  throw new FormatError(`${owner}: ${name} of the saved state is ${show(value)}, expected a number`);
}

/** @throws FormatError when the state has no such number */
export function numberIn(state: CallbackState, owner: string, name: string): number {
  const value = numberOrNull(state, owner, name);
  if (value !== null) return value;
  throw new FormatError(`${owner}: ${name} of the saved state is null, expected a number`);
}
