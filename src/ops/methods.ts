import type { DType } from '../base/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { TensorBuffer } from '../tensor/tensor-buffer.js';
import { type Variable, variable } from '../tensor/variable.js';
import * as activations from './activations.js';
import * as arithmetic from './arithmetic.js';
import { avgPool } from './avg-pool.js';
import { batchNorm } from './batch-norm.js';
import { broadcastTo, sum, tile } from './broadcast.js';
import { cast } from './cast.js';
import * as comparison from './comparison.js';
import { concat, split, stack, unstack } from './concat.js';
import { conv1d } from './conv1d.js';
import { conv2d } from './conv2d.js';
import { conv2dTranspose } from './conv2d-transpose.js';
import { oneHot, onesLike, zerosLike } from './creation.js';
import { cumprod, cumsum } from './cumulative.js';
import { depthwiseConv2d, separableConv2d } from './depthwise-conv2d.js';
import { gather } from './gather.js';
import { localResponseNormalization } from './local-response-normalization.js';
import { dot, matMul } from './matmul.js';
import { maxPool } from './max-pool.js';
import { euclideanNorm, norm } from './norm.js';
import { mirrorPad, pad } from './pad.js';
import { pool } from './pool.js';
import { pow } from './power.js';
import { batchToSpaceND, depthToSpace, spaceToBatchND } from './rearrange.js';
import * as reductions from './reductions.js';
import { clone, expandDims, flatten, reshape, squeeze } from './reshape.js';
import { resizeBilinear, resizeNearestNeighbor } from './resize.js';
import { reverse } from './reverse.js';
import { slice, stridedSlice } from './slice.js';
import { logSoftmax, softmax } from './softmax.js';
import { topk } from './top-k.js';
import { transpose } from './transpose.js';
import * as unary from './unary.js';

/** Ops whose first argument is the tensor: `x.relu()` is `relu(x)`. */
const CHAINED = {
  // arithmetic
  add: arithmetic.add,
  sub: arithmetic.sub,
  mul: arithmetic.mul,
  div: arithmetic.div,
  divNoNan: arithmetic.divNoNan,
  floorDiv: arithmetic.floorDiv,
  mod: arithmetic.mod,
  pow,
  maximum: arithmetic.maximum,
  minimum: arithmetic.minimum,
  squaredDifference: arithmetic.squaredDifference,
  atan2: arithmetic.atan2,
  // comparison
  equal: comparison.equal,
  notEqual: comparison.notEqual,
  less: comparison.less,
  lessEqual: comparison.lessEqual,
  greater: comparison.greater,
  greaterEqual: comparison.greaterEqual,
  logicalAnd: comparison.logicalAnd,
  logicalOr: comparison.logicalOr,
  logicalXor: comparison.logicalXor,
  logicalNot: comparison.logicalNot,
  isNaN: comparison.isNaN,
  isInf: comparison.isInf,
  isFinite: comparison.isFinite,
  // elementwise functions
  ...unary,
  ...activations,
  softmax,
  logSoftmax,
  // reductions
  sum,
  mean: reductions.mean,
  max: reductions.max,
  min: reductions.min,
  prod: reductions.prod,
  any: reductions.any,
  all: reductions.all,
  argMax: reductions.argMax,
  argMin: reductions.argMin,
  logSumExp: reductions.logSumExp,
  euclideanNorm,
  norm,
  cumsum,
  cumprod,
  topk,
  // matrices and images
  matMul,
  dot,
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  separableConv2d,
  maxPool,
  avgPool,
  pool,
  localResponseNormalization,
  depthToSpace,
  spaceToBatchND,
  batchToSpaceND,
  batchNorm,
  resizeBilinear,
  resizeNearestNeighbor,
  // shape and movement
  reshape,
  expandDims,
  squeeze,
  flatten,
  clone,
  cast,
  asType: cast,
  transpose,
  reverse,
  slice,
  stridedSlice,
  pad,
  mirrorPad,
  tile,
  broadcastTo,
  gather,
  split,
  unstack,
  oneHot,
  onesLike,
  zerosLike,
  // tfjs's shorthands
  concat: (x: Tensor, others: Tensor | readonly Tensor[], axis = 0): Tensor => concat([x].concat(others), axis),
  stack: (x: Tensor, others: Tensor | readonly Tensor[], axis = 0): Tensor => stack([x].concat(others), axis),
  where: (x: Tensor, condition: Tensor, other: Tensor): Tensor => comparison.where(condition, x, other),
  reshapeAs: (x: Tensor, other: Tensor): Tensor => reshape(x, other.shape),
  as1D: (x: Tensor): Tensor => reshape(x, [x.size]),
  as2D: (x: Tensor, rows: number, columns: number): Tensor => reshape(x, [rows, columns]),
  as3D: (x: Tensor, ...shape: [number, number, number]): Tensor => reshape(x, shape),
  as4D: (x: Tensor, ...shape: [number, number, number, number]): Tensor => reshape(x, shape),
  as5D: (x: Tensor, ...shape: [number, number, number, number, number]): Tensor => reshape(x, shape),
  asScalar: (x: Tensor): Tensor => reshape(x, []),
  bufferSync: <D extends DType>(x: Tensor<D>): TensorBuffer<D> => new TensorBuffer(x.shape, x.dtype, x.dataSync()),
  toBool: (x: Tensor): Tensor => cast(x, 'bool'),
  toFloat: (x: Tensor): Tensor => cast(x, 'float32'),
  toInt: (x: Tensor): Tensor => cast(x, 'int32'),
  variable: (x: Tensor, trainable?: boolean, name?: string, dtype?: DType): Variable =>
    variable(x, trainable, name, dtype),
} as const;

type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** The ops that a tensor has as methods. */
export type ChainedOps = { readonly [Name in keyof typeof CHAINED]: Method<(typeof CHAINED)[Name]> };

declare module '../tensor/tensor.js' {
  interface Tensor<D extends DType> extends ChainedOps {}
}

for (const [name, op] of Object.entries(CHAINED)) {
  const f = op as (x: Tensor, ...rest: unknown[]) => unknown;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return f(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}
