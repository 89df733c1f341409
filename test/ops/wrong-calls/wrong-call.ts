import type { NablaError } from '../../../src/base/errors.js';
import type { Tensor, Variable } from '../../../src/index.js';

/** Tensors that wrong calls may use. */
export interface Given {
  /** [3] */
  readonly vector: Tensor;
  /** [2, 2] */
  readonly matrix: Tensor;
  /** [1, 4, 4, 2] */
  readonly images: Tensor;
  /** [3, 3, 2, 5] */
  readonly filter: Tensor;
  /** int32 [3] */
  readonly integers: Tensor;
  /** bool [3] */
  readonly booleans: Tensor;
  /** float64 [2, 2] */
  readonly doubles: Tensor;
  readonly disposed: Tensor;
  /** A variable [3] named `bad-input/weight`. */
  readonly weight: Variable;
}

/** A call, the class of its error, and part of its message: the op, what was given, what was expected. */
export type WrongCall = readonly [
  call: (given: Given) => unknown,
  error: new (message?: string) => NablaError,
  message: string,
];

/** An argument that TypeScript would refuse, as code in JavaScript gives it. */
export const any = <T>(value: unknown): T => value as T;
