/*
 * Names of the functions that kernels compute. Each backend has a table from all names of a kind to its code, so that a
 * name added here does not compile until every backend has it.
 */

/** Activations that may be fused behind conv2d, matMul and batch norm; their gradients need the output alone. */
export type Activation = 'relu' | 'relu6' | 'leakyRelu' | 'elu' | 'selu' | 'sigmoid' | 'tanh';

/** Activations with slopes of 0 and 1, which batch norm runs in its own pass. */
export type Rectifier = Extract<Activation, 'relu' | 'relu6'>;

/** Unary functions that keep int32 as int32; all others compute floats. */
export const INTEGER_FUNCTIONS = [
  'relu',
  'relu6',
  'abs',
  'neg',
  'sign',
  'ceil',
  'floor',
  'round',
  'square',
  'step',
  'clip',
] as const;

export type IntegerFunction = (typeof INTEGER_FUNCTIONS)[number];

export type UnaryFunction =
  | Activation
  | IntegerFunction
  | 'reciprocal'
  | 'sqrt'
  | 'rsqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'softplus'
  | 'gelu'
  | 'silu';

export type BinaryFunction =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'floorDiv'
  | 'mod'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'squaredDifference'
  | 'atan2';

export type Comparison =
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'logicalAnd'
  | 'logicalOr'
  | 'logicalXor';

export type UnaryTest = 'isNaN' | 'isInf' | 'isFinite' | 'logicalNot';

export type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'any' | 'all';

export type ArgReduction = 'argMax' | 'argMin';

export type Cumulation = 'sum' | 'prod';
