import * as activations from '../../../ops/activations.js';
import * as arithmetic from '../../../ops/arithmetic.js';
import { cast } from '../../../ops/cast.js';
import * as comparison from '../../../ops/comparison.js';
import { cumprod, cumsum } from '../../../ops/cumulative.js';
import { einsum } from '../../../ops/einsum.js';
import { fusedMatMul, matMul } from '../../../ops/matmul.js';
import { pow } from '../../../ops/power.js';
import { logSoftmax, softmax } from '../../../ops/softmax.js';
import * as unary from '../../../ops/unary.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { OpCall } from '../op-call.js';
import { epilogue } from './epilogue.js';
import type { GraphOps } from './graph-ops.js';

const ofOne =
  (f: (x: Tensor) => Tensor): GraphOps[string] =>
  (call) =>
    f(call.tensor(0));
const ofTwo =
  (f: (a: Tensor, b: Tensor) => Tensor): GraphOps[string] =>
  (call) =>
    f(call.tensor(0), call.tensor(1));

/** Ops of each element, and products of matrices. */
export const ARITHMETIC: GraphOps = {
  Abs: ofOne(unary.abs),
  Acos: ofOne(unary.acos),
  Acosh: ofOne(unary.acosh),
  Asin: ofOne(unary.asin),
  Asinh: ofOne(unary.asinh),
  Atan: ofOne(unary.atan),
  Atanh: ofOne(unary.atanh),
  Ceil: ofOne(unary.ceil),
  Cos: ofOne(unary.cos),
  Cosh: ofOne(unary.cosh),
  Erf: ofOne(unary.erf),
  Exp: ofOne(unary.exp),
  Expm1: ofOne(unary.expm1),
  Floor: ofOne(unary.floor),
  Log: ofOne(unary.log),
  Log1p: ofOne(unary.log1p),
  Neg: ofOne(unary.neg),
  Reciprocal: ofOne(unary.reciprocal),
  Inv: ofOne(unary.reciprocal),
  Round: ofOne(unary.round),
  Rsqrt: ofOne(unary.rsqrt),
  Sign: ofOne(unary.sign),
  Sin: ofOne(unary.sin),
  Sinh: ofOne(unary.sinh),
  Sqrt: ofOne(unary.sqrt),
  Square: ofOne(unary.square),
  Tan: ofOne(unary.tan),

  Elu: ofOne((x) => activations.elu(x)),
  LeakyRelu: (call) => activations.leakyRelu(call.tensor(0), call.attributes.number('alpha', 0.2)),
  Prelu: ofTwo(activations.prelu),
  Relu: ofOne(activations.relu),
  Relu6: ofOne(activations.relu6),
  Selu: ofOne(activations.selu),
  Sigmoid: ofOne(activations.sigmoid),
  Softplus: ofOne(activations.softplus),
  Tanh: ofOne(activations.tanh),
  Softmax: ofOne((x) => softmax(x)),
  LogSoftmax: ofOne((x) => logSoftmax(x)),
  ClipByValue: (call) => unary.clipByValue(call.tensor(0), call.number(1), call.number(2)),

  Add: ofTwo(arithmetic.add),
  AddV2: ofTwo(arithmetic.add),
  BiasAdd: (call) => {
    call.assertChannelsLast();
    return arithmetic.add(call.tensor(0), call.tensor(1));
  },
  AddN: (call) => arithmetic.addN(call.tensors()),
  Atan2: ofTwo(arithmetic.atan2),
  Div: ofTwo(arithmetic.div),
  DivNoNan: ofTwo(arithmetic.divNoNan),
  FloorDiv: ofTwo(arithmetic.floorDiv),
  FloorMod: ofTwo(arithmetic.mod),
  Maximum: ofTwo(arithmetic.maximum),
  Minimum: ofTwo(arithmetic.minimum),
  Mod: ofTwo(arithmetic.mod),
  Mul: ofTwo(arithmetic.mul),
  Pow: ofTwo(pow),
  RealDiv: ofTwo(arithmetic.div),
  SquaredDifference: ofTwo(arithmetic.squaredDifference),
  Sub: ofTwo(arithmetic.sub),

  Equal: ofTwo(comparison.equal),
  Greater: ofTwo(comparison.greater),
  GreaterEqual: ofTwo(comparison.greaterEqual),
  IsFinite: ofOne(comparison.isFinite),
  IsInf: ofOne(comparison.isInf),
  IsNan: ofOne(comparison.isNaN),
  Less: ofTwo(comparison.less),
  LessEqual: ofTwo(comparison.lessEqual),
  LogicalAnd: ofTwo(comparison.logicalAnd),
  LogicalNot: ofOne(comparison.logicalNot),
  LogicalOr: ofTwo(comparison.logicalOr),
  NotEqual: ofTwo(comparison.notEqual),
  Select: (call) => comparison.where(call.tensor(0), call.tensor(1), call.tensor(2)),
  SelectV2: (call) => comparison.where(call.tensor(0), call.tensor(1), call.tensor(2)),

  Cumsum: (call) => {
    const { attributes } = call;
    return cumsum(call.tensor(0), call.number(1), attributes.flag('exclusive'), attributes.flag('reverse'));
  },
  Cumprod: (call) => {
    const { attributes } = call;
    return cumprod(call.tensor(0), call.number(1), attributes.flag('exclusive'), attributes.flag('reverse'));
  },

  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  Einsum: (call) => einsum(call.attributes.text('equation'), ...call.tensors()),
  MatMul: (call) => {
    const { attributes } = call;
    return product(call, attributes.flag('transpose_a'), attributes.flag('transpose_b'));
  },
  _FusedMatMul: (call) => {
    const { attributes } = call;
    const { bias, finish, fused } = epilogue(call);
    const transposes = { transposeA: attributes.flag('transpose_a'), transposeB: attributes.flag('transpose_b') };
    return finish(fusedMatMul({ a: call.tensor(0), b: call.tensor(1), ...transposes, bias, ...fused }));
  },
};

function batchMatMul(call: OpCall): Tensor {
  const { attributes } = call;
  return product(call, attributes.flag('adj_x'), attributes.flag('adj_y'));
}

/** Kernels multiply matrices of floats; products of whole numbers, which index pixels, are exact below 2²⁴. */
function product(call: OpCall, transposeA: boolean, transposeB: boolean): Tensor {
  const [a, b] = call.tensors(0, 2);
  if (a.dtype !== 'int32') return matMul(a, b, transposeA, transposeB);
  return cast(matMul(cast(a, 'float32'), cast(b, 'float32'), transposeA, transposeB), 'int32');
}
