import { anyOf, boolean, integer, listOf, type Options, type OptionTable } from '../../../base/options.js';
import type { TensorLike } from '../../../tensor/convert.js';
import type { Tensor } from '../../../tensor/tensor.js';

/** Arguments of an operation other than its operands, by Keras's names in camelCase. */
export type OperationSettings = Readonly<Record<string, unknown>>;

/** Nested lists of numbers, one level per axis. */
export type Constant = number | readonly Constant[];

export type Operand = Tensor | Constant;

/** A class of `keras.ops`. */
export interface Operation {
  /** Keras's names of the operands, in order; `list` if there is any number of them. */
  readonly operands: readonly string[] | 'list';
  readonly settings: OptionTable;
  compute(operands: readonly Operand[], settings: never): Tensor | Tensor[];
}

/** Declare an operation with settings. */
export const operationWith = <const Table extends OptionTable>(
  operands: Operation['operands'],
  settings: Table,
  compute: (operands: readonly Tensor[], settings: Options<Table>) => Tensor | Tensor[],
): Operation => ({
  operands,
  settings,
  compute: compute as unknown as Operation['compute'],
});

/** Declare an operation of one tensor with settings. */
export const unaryWith = <const Table extends OptionTable>(
  settings: Table,
  compute: (x: Tensor, settings: Options<Table>) => Tensor | Tensor[],
): Operation => operationWith(['x'], settings, ([x], values) => compute(x, values));

/** Declare an operation of one tensor. */
export const unary = (compute: (x: Tensor) => Tensor): Operation => unaryWith({}, compute);

/** Declare an operation of two tensors, or a tensor and a constant. */
export const binary = (compute: (a: TensorLike, b: TensorLike) => Tensor): Operation =>
  operationWith(['x1', 'x2'], {}, ([a, b]) => compute(a, b));

const axes = () => anyOf(integer(), listOf(integer()));

/** One axis or several; all if it is not given. */
export const AXES = axes().optional();

/** The settings of a reduction. */
export const REDUCED = { axis: AXES, keepdims: boolean().default(false) };

/** One axis, with a default. */
export const axisFrom = (axis: number) => ({ axis: integer().default(axis) });
