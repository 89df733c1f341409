import { ValueError } from '../../../base/errors.js';
import { readOptions } from '../../../base/options.js';
import { Registry } from '../../../base/registry.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { Operand, Operation, OperationSettings } from './definition.js';
import { ELEMENTWISE } from './elementwise.js';
import { REDUCTIONS } from './reductions.js';
import { SHAPES } from './shapes.js';

export type { Constant, Operand, OperationSettings } from './definition.js';
export { type Index, isIndex } from './get-item.js';

/* Computations of operation layers, by the class names of `keras.ops`. */

const OPERATIONS = { ...ELEMENTWISE, ...REDUCTIONS, ...SHAPES };

/** A class of `keras.ops`. */
export type OperationName = keyof typeof OPERATIONS;

const registry = new Registry<Operation>(OPERATIONS, {
  Absolute: 'Abs',
  Amax: 'Max',
  Amin: 'Min',
  // Without weights, which are an operand.
  Average: 'Mean',
  Remainder: 'Mod',
  TrueDivide: 'Divide',
});

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** Return Keras 3's name of an operation; undefined if nabla does not have it. */
export const operationName = (name: string): OperationName | undefined =>
  registry.nameOf(name) as OperationName | undefined;

/** Return Keras's names of an operation's operands, in order; `list` if there is any number of them. */
export const operandNames = (name: OperationName): Operation['operands'] => registry.get(name)!.operands;

/**
 * Compute an operation.
 * @throws ValueError when it is unknown, has another count of operands, or does not have a setting
 */
export function operate(
  name: OperationName,
  operands: readonly Operand[],
  settings: OperationSettings,
): Tensor | Tensor[] {
  const operation = registry.resolve('operation', name);
  const { length } = operation.operands;
  if (operation.operands !== 'list' && operands.length !== length) {
    throw new ValueError(`${name}: ${operands.length} operands, expected ${length}: ${operation.operands.join(', ')}`);
  }
  return operation.compute(operands, readOptions(name, operation.settings, settings) as never);
}
