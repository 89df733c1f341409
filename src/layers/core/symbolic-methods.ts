import type { DType } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import { isSymbolic, SymbolicTensor } from '../base/symbolic.js';
import { symbolicOperation } from './op-layer.js';
import type { OperationName } from './operations/index.js';

/* Operators on symbolic tensors, by the names of the methods of tensors; each makes an OpLayer. */

type Axes = number | readonly number[];

const METHODS = {
  ...binary({
    add: 'Add',
    sub: 'Subtract',
    mul: 'Multiply',
    div: 'Divide',
    floorDiv: 'FloorDivide',
    mod: 'Mod',
    pow: 'Power',
    maximum: 'Maximum',
    minimum: 'Minimum',
    matMul: 'Matmul',
  }),
  ...unary({
    abs: 'Abs',
    exp: 'Exp',
    log: 'Log',
    neg: 'Negative',
    sqrt: 'Sqrt',
    square: 'Square',
    relu: 'Relu',
    sigmoid: 'Sigmoid',
    tanh: 'Tanh',
  }),
  ...reduction({ mean: 'Mean', sum: 'Sum', max: 'Max', min: 'Min' }),
  softmax: (x: SymbolicTensor, axis = -1) => symbolicOperation('Softmax', [x], { axis }),
  reshape: (x: SymbolicTensor, shape: readonly number[]) => symbolicOperation('Reshape', [x], { newshape: [...shape] }),
  transpose: (x: SymbolicTensor, axes?: readonly number[]) =>
    symbolicOperation('Transpose', [x], { axes: axes ? [...axes] : null }),
  expandDims: (x: SymbolicTensor, axis = 0) => symbolicOperation('ExpandDims', [x], { axis }),
  squeeze: (x: SymbolicTensor, axis?: Axes) => symbolicOperation('Squeeze', [x], { axis: axesOf(axis) }),
  concat: (x: SymbolicTensor, other: SymbolicTensor, axis = -1) =>
    symbolicOperation('Concatenate', [x, other], { axis }),
  clipByValue: (x: SymbolicTensor, xMin: number, xMax: number) => symbolicOperation('Clip', [x], { xMin, xMax }),
  cast: (x: SymbolicTensor, dtype: DType) => symbolicOperation('Cast', [x], { dtype }),
};

function axesOf(axis: Axes | undefined): number | number[] | null {
  if (axis === undefined) return null;
  return typeof axis === 'number' ? axis : [...axis];
}

type Operator = (x: SymbolicTensor, other: SymbolicTensor | number) => SymbolicTensor;

function binary<Name extends string>(names: Record<Name, OperationName>): Record<Name, Operator> {
  return mapped(names, (operation, method) => (x: SymbolicTensor, other: SymbolicTensor | number) => {
    if (typeof other === 'number' || isSymbolic(other)) return symbolicOperation(operation, [x, other]);
    throw new ValueError(`${method}: given ${show(other)}, expected a symbolic tensor or a number`);
  });
}

function unary<Name extends string>(names: Record<Name, OperationName>) {
  return mapped(names, (operation) => (x: SymbolicTensor) => symbolicOperation(operation, [x]));
}

function reduction<Name extends string>(names: Record<Name, OperationName>) {
  return mapped(
    names,
    (operation) =>
      (x: SymbolicTensor, axis?: Axes, keepDims = false) =>
        symbolicOperation(operation, [x], { axis: axesOf(axis), keepdims: keepDims }),
  );
}

function mapped<Name extends string, T>(
  names: Record<Name, OperationName>,
  f: (operation: OperationName, name: string) => T,
) {
  const entries = Object.entries<OperationName>(names).map(([name, value]) => [name, f(value, name)]);
  return Object.fromEntries(entries) as Record<Name, T>;
}

type Methods = {
  [Name in keyof typeof METHODS]: (typeof METHODS)[Name] extends (
    x: SymbolicTensor,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

declare module '../base/symbolic.js' {
  interface SymbolicTensor extends Methods {}
}

for (const [name, method] of Object.entries(METHODS)) {
  Object.defineProperty(SymbolicTensor.prototype, name, {
    value(this: SymbolicTensor, ...rest: never[]) {
      return (method as (x: SymbolicTensor, ...rest: never[]) => SymbolicTensor)(this, ...rest);
    },
    configurable: true,
    writable: true,
  });
}
