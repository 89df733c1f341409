import type { DType } from '../../../base/dtype.js';
import type { Shape } from '../../../base/shape.js';
import type { Kernels, Operand } from '../../kernels.js';

/** Contents of an operand before a call: numbers in [-1, 1) or [0, 1), 0 to 3, true and false, or unused. */
export type Values = 'signed' | 'positive' | 'indices' | 'flags' | 'none';

export interface CallOperand {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: Values;
  /** Whether the call writes into it. */
  readonly isWritten: boolean;
}

/** A call of a kernel on small operands. */
export interface KernelCall {
  /** The family of kernels, for people. */
  readonly family: string;
  readonly operands: readonly CallOperand[];
  run(kernels: Kernels<number>, operands: readonly Operand<number>[]): void;
}

const read = (shape: Shape, dtype: DType, values: Values): CallOperand => ({ shape, dtype, values, isWritten: false });

export const signed = (...shape: number[]): CallOperand => read(shape, 'float32', 'signed');

export const positive = (...shape: number[]): CallOperand => read(shape, 'float32', 'positive');

export const indices = (...shape: number[]): CallOperand => read(shape, 'int32', 'indices');

export const flags = (...shape: number[]): CallOperand => read(shape, 'bool', 'flags');

/** One that a call changes in place. */
export const changed = (operand: CallOperand): CallOperand => ({ ...operand, isWritten: true });

export const result = (shape: Shape, dtype: DType = 'float32'): CallOperand => changed(read(shape, dtype, 'none'));

/** A maker of calls of one family. */
export const family =
  (name: string) =>
  (operands: readonly CallOperand[], run: KernelCall['run']): KernelCall => ({ family: name, operands, run });

/** Calls that turbo must compute rightly to be taken. */
export interface TurboCheck {
  readonly calls: readonly KernelCall[];
  /** Whether all kernels run in it: then all cores compile them, before the first call. */
  readonly isComplete: boolean;
}
