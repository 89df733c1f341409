import { ValueError } from '../../base/errors.js';
import { snakeCase } from '../../base/names.js';
import { accept, type Given, listOf, oneOf } from '../../base/options.js';
import { isPlainObject } from '../../base/show.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';
import { uniqueName } from '../base/naming.js';
import type { SymbolicTensor } from '../base/symbolic.js';
import {
  type Constant,
  OPERATION_NAMES,
  type OperationName,
  type OperationSettings,
  operate,
} from './operations/index.js';

const isConstant = (value: unknown): boolean =>
  Number.isFinite(value) || (Array.isArray(value) && value.every(isConstant));

const constant = accept<Constant>('a number or lists of numbers', isConstant);

const OPTIONS = {
  /** A class of `keras.ops`: Add, Multiply, Relu, Mean, GetItem, … */
  operation: oneOf(OPERATION_NAMES),
  /** Operands in order: null for the next input, or numbers. Default: one input. */
  operands: listOf(constant.nullable()).default([null]),
  /** Its other arguments, by Keras's names in camelCase: `axis`, `keepdims`, `newshape`, … */
  settings: accept<OperationSettings>('an object', isPlainObject).default({}),
};

/**
 * An op as a layer, for operators on symbolic tensors: `x.mul(2)`, `x.add(y)`. Files store it as Keras 3 does, as a
 * class of `keras.ops`.
 */
export class OpLayer extends Layer<typeof OPTIONS> {
  static override readonly className = 'OpLayer';
  static override readonly options = OPTIONS;

  override call(inputs: OneOrMany<Tensor>): Tensor | Tensor[] {
    const { operation, operands, settings } = this.options;
    const list = asList(inputs);
    const wanted = operands.filter((operand) => operand === null).length;
    if (list.length !== wanted) throw new ValueError(`${list.length} inputs given, expected ${wanted}`);
    let next = 0;
    return operate(
      operation,
      operands.map((operand) => operand ?? list[next++]),
      settings,
    );
  }
}

/** Apply an operation to symbolic tensors and numbers; the layer is named after it, as in Keras. */
export function symbolicOperation(
  operation: OperationName,
  operands: readonly (SymbolicTensor | number)[],
  settings: Given<typeof OPTIONS>['settings'] = {},
): SymbolicTensor {
  const inputs = operands.filter((operand): operand is SymbolicTensor => typeof operand !== 'number');
  const layer = new OpLayer({
    name: uniqueName(snakeCase(operation)),
    operation,
    operands: operands.map((operand) => (typeof operand === 'number' ? operand : null)),
    settings,
  });
  return layer.apply(inputs.length === 1 ? inputs[0] : inputs) as SymbolicTensor;
}
