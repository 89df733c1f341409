/*
 * Numbers of the functions that elementwise kernels choose between. Kernels compile these enums as AssemblyScript, the
 * code that launches them imports the same file as TypeScript.
 */

export enum UnaryNumber {
  relu,
  relu6,
  leakyRelu,
  elu,
  selu,
  sigmoid,
  tanh,
  abs,
  neg,
  sign,
  ceil,
  floor,
  round,
  reciprocal,
  square,
  sqrt,
  rsqrt,
  exp,
  log,
  softplus,
  silu,
  step,
  clip,
}

export enum BinaryNumber {
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  squaredDifference,
}

export enum ComparisonNumber {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
}
