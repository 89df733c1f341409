import { resolveActivation } from '../../../activations/index.js';
import { DTYPES } from '../../../base/dtype.js';
import { boolean, integer, number, oneOf } from '../../../base/options.js';
import * as activations from '../../../ops/activations.js';
import * as arithmetic from '../../../ops/arithmetic.js';
import { cast } from '../../../ops/cast.js';
import * as comparison from '../../../ops/comparison.js';
import { onesLike, zerosLike } from '../../../ops/creation.js';
import { pow } from '../../../ops/power.js';
import { logSoftmax, softmax } from '../../../ops/softmax.js';
import * as functions from '../../../ops/unary.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { axisFrom, binary, type Operation, operationWith, unary, unaryWith } from './definition.js';

/* Operations that compute each value by itself, and activations. */

const { add, div, maximum, minimum, mul, sub } = arithmetic;

/** An activation of layers that `keras.ops` has too. */
const activation = (name: string): Operation => unary(resolveActivation(name, name).apply);

/** @see Hendrycks and Gimpel, arXiv:1606.08415, section 2 */
const approximateGelu = (x: Tensor): Tensor => {
  const inner = mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(activations.tanh(inner), 1));
};

/** Round to decimals, ties to the even one, as NumPy does. */
const rounded = (x: Tensor, decimals: number): Tensor => {
  if (decimals === 0) return functions.round(x);
  const factor = 10 ** decimals;
  return div(functions.round(mul(x, factor)), factor);
};

const clipped = (x: Tensor, least: number | null, most: number | null): Tensor => {
  if (least !== null && most !== null) return functions.clipByValue(x, least, most);
  const above = least === null ? x : maximum(x, least);
  return most === null ? above : minimum(above, most);
};

export const ELEMENTWISE = {
  Add: binary(add),
  Subtract: binary(sub),
  Multiply: binary(mul),
  Divide: binary(div),
  DivideNoNan: binary(arithmetic.divNoNan),
  FloorDivide: binary(arithmetic.floorDiv),
  Mod: binary(arithmetic.mod),
  Power: binary(pow),
  Maximum: binary(maximum),
  Minimum: binary(minimum),
  Arctan2: binary(arithmetic.atan2),

  Equal: binary(comparison.equal),
  NotEqual: binary(comparison.notEqual),
  Less: binary(comparison.less),
  LessEqual: binary(comparison.lessEqual),
  Greater: binary(comparison.greater),
  GreaterEqual: binary(comparison.greaterEqual),
  LogicalAnd: binary(comparison.logicalAnd),
  LogicalOr: binary(comparison.logicalOr),
  LogicalXor: binary(comparison.logicalXor),
  LogicalNot: unary(comparison.logicalNot),
  Isnan: unary(comparison.isNaN),
  Isinf: unary(comparison.isInf),
  Isfinite: unary(comparison.isFinite),
  Where: operationWith(['condition', 'x1', 'x2'], {}, ([condition, a, b]) =>
    comparison.where(cast(condition, 'bool'), a, b),
  ),

  Abs: unary(functions.abs),
  Arccos: unary(functions.acos),
  Arcsin: unary(functions.asin),
  Arctan: unary(functions.atan),
  Ceil: unary(functions.ceil),
  Cos: unary(functions.cos),
  Cosh: unary(functions.cosh),
  Erf: unary(functions.erf),
  Exp: unary(functions.exp),
  Expm1: unary(functions.expm1),
  Floor: unary(functions.floor),
  Identity: unary((x) => x),
  Log: unary(functions.log),
  Log10: unary((x) => div(functions.log(x), Math.LN10)),
  Log1p: unary(functions.log1p),
  Log2: unary((x) => div(functions.log(x), Math.LN2)),
  Negative: unary(functions.neg),
  OnesLike: unary(onesLike),
  Reciprocal: unary(functions.reciprocal),
  Round: unaryWith({ decimals: integer().default(0) }, (x, { decimals }) => rounded(x, decimals)),
  Rsqrt: unary(functions.rsqrt),
  Sign: unary(functions.sign),
  Sin: unary(functions.sin),
  Sinh: unary(functions.sinh),
  Sqrt: unary(functions.sqrt),
  Square: unary(functions.square),
  Tan: unary(functions.tan),
  ZerosLike: unary(zerosLike),
  Clip: unaryWith({ xMin: number().nullable(), xMax: number().nullable() }, (x, { xMin, xMax }) =>
    clipped(x, xMin, xMax),
  ),
  Cast: unaryWith({ dtype: oneOf(DTYPES) }, (x, { dtype }) => cast(x, dtype)),

  Relu: unary(activations.relu),
  Relu6: unary(activations.relu6),
  LeakyRelu: unaryWith({ negativeSlope: number().default(0.2) }, (x, { negativeSlope }) =>
    activations.leakyRelu(x, negativeSlope),
  ),
  Elu: unaryWith({ alpha: number().default(1) }, (x, { alpha }) => activations.elu(x, alpha)),
  Selu: unary(activations.selu),
  // keras.ops.gelu approximates by default, unlike the activation.
  Gelu: unaryWith({ approximate: boolean().default(true) }, (x, { approximate }) =>
    approximate ? approximateGelu(x) : activations.gelu(x),
  ),
  HardSigmoid: activation('hardSigmoid'),
  HardSilu: activation('hardSilu'),
  LogSigmoid: unary(activations.logSigmoid),
  Mish: activation('mish'),
  Sigmoid: unary(activations.sigmoid),
  Silu: unary(activations.silu),
  Softplus: unary(activations.softplus),
  Softsign: activation('softsign'),
  Tanh: unary(activations.tanh),
  Softmax: unaryWith(axisFrom(-1), (x, { axis }) => softmax(x, axis)),
  LogSoftmax: unaryWith(axisFrom(-1), (x, { axis }) => logSoftmax(x, axis)),
} satisfies Readonly<Record<string, Operation>>;
