import type { MatMulGeometry } from '../backends/kernels.js';
import { assertFloat } from '../base/dtype.js';
import { DTypeError, ShapeError } from '../base/errors.js';
import { boolean, type Given, readOptions } from '../base/options.js';
import { broadcastShapes, broadcastStrides, formatShape, type Shape, sizeOf } from '../base/shape.js';
import { commonDType, partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { activationGradient } from './activation-gradient.js';
import { mul } from './arithmetic.js';
import { sum, sumTo } from './broadcast.js';
import { type Op, runOp, type Spec } from './op.js';
import { reshape } from './reshape.js';
import { FUSED_ACTIVATION, type FusedActivation, fusedActivation } from './shared/fused-activation.js';
import { once } from './shared/once.js';
import { optionalTensor, tensorLike } from './shared/tensor-options.js';
import { toDType } from './shared/to-dtype.js';

interface MatMulOptions extends FusedActivation {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

type Inputs = { a: Tensor; b: Tensor; bias: Tensor | undefined };

/** For each entry of the broadcast batch, which matrix of an operand belongs to it. */
function matricesOf(batch: Shape, target: Shape): number[] {
  const strides = broadcastStrides(batch, target);
  let places = [0];
  for (const [axis, size] of target.entries()) {
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis]));
  }
  return places;
}

function geometryOf(
  a: Spec,
  b: Spec,
  { transposeA, transposeB }: MatMulOptions,
): MatMulGeometry & { batchShape: Shape } {
  const given = () => `a ${formatShape(a.shape)} and b ${formatShape(b.shape)}`;
  if (a.shape.length < 2 || b.shape.length < 2) throw new ShapeError(`matMul: ${given()}, expected rank 2 or more`);
  const [rowsA, columnsA] = a.shape.slice(-2);
  const [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [inner, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (k !== inner) throw new ShapeError(`matMul: ${given()} disagree on the inner size (${k} vs ${inner})`);
  const batchShape = broadcastShapes('matMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return {
    batchShape,
    batch: sizeOf(batchShape),
    m,
    k,
    n,
    transposeA,
    transposeB,
    batchA: matricesOf(a.shape.slice(0, -2), batchShape),
    batchB: matricesOf(b.shape.slice(0, -2), batchShape),
  };
}

const matMulOp: Op<Inputs, MatMulOptions, MatMulGeometry> = {
  name: 'matMul',
  infer: ({ a, b, bias }, options) => {
    assertFloat('matMul', 'a', a.dtype);
    for (const other of [b, bias]) {
      if (other && other.dtype !== a.dtype) {
        throw new DTypeError(`matMul: operands are ${a.dtype} and ${other.dtype}, expected one dtype`);
      }
    }
    const geometry = geometryOf(a, b, options);
    const { batchShape, m, n } = geometry;
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== n)) {
      throw new ShapeError(`matMul: bias is ${formatShape(bias.shape)}, expected [${n}]`);
    }
    return { shape: [...batchShape, m, n], dtype: a.dtype, plan: geometry };
  },
  forward: (kernels, { a, b, bias }, out, { activation, alpha }, geometry) =>
    kernels.matMul(a, b, out, geometry, { bias: bias ?? null, activation, alpha }),
  reads: ({ activation }) => {
    const output = activation ? (['output'] as const) : [];
    return { a: ['b', ...output], b: ['a', ...output], bias: output };
  },
  gradient: (dy, { inputs: { a, b, bias }, output, options }) => {
    const { transposeA, transposeB, activation, alpha } = options;
    const gradient = once(() => (activation ? activationGradient(activation, dy, output, alpha) : dy));
    return {
      a: () =>
        sumTo(
          transposeA ? matMul(b, gradient(), transposeB, true) : matMul(gradient(), b, false, !transposeB),
          a.shape,
        ),
      b: () =>
        sumTo(
          transposeB ? matMul(gradient(), a, true, transposeA) : matMul(a, gradient(), !transposeA, false),
          b.shape,
        ),
      bias: bias ? () => sum(reshape(gradient(), [-1, bias.size]), 0) : null,
    };
  },
};

/**
 * Matrix product of the last two axes; leading axes broadcast.
 * @param a [..., m, k], or [..., k, m] with transposeA
 * @param b [..., k, n], or [..., n, k] with transposeB
 * @returns [..., m, n]
 * @throws ShapeError when the inner sizes disagree
 * @throws DTypeError when the operands are not floats
 * @example matMul(x, weights)
 */
export function matMul(a: TensorLike, b: TensorLike, transposeA?: boolean | null, transposeB?: boolean | null): Tensor {
  const options = { transposeA: !!transposeA, transposeB: !!transposeB, activation: null, alpha: 0 };
  if (a instanceof Tensor && b instanceof Tensor && a.dtype === b.dtype) {
    return runOp(matMulOp, { a, b, bias: undefined }, options);
  }
  return tidy(() => {
    const left = toTensor('matMul', 'a', a, partnerDType(b));
    const right = toTensor('matMul', 'b', b, partnerDType(a));
    const dtype = commonDType([left, right]);
    return runOp(matMulOp, { a: toDType(left, dtype), b: toDType(right, dtype), bias: undefined }, options);
  });
}

/** @internal `fusedMatMul` without checks of its options: for layers, which have checked theirs */
export function matMulWithEpilogue(a: Tensor, b: Tensor, bias: Tensor | undefined, options: MatMulOptions): Tensor {
  return runOp(matMulOp, { a, b, bias }, options);
}

const FUSED_MATMUL = {
  a: tensorLike(),
  b: tensorLike(),
  transposeA: boolean().default(false),
  transposeB: boolean().default(false),
  /** [n] */
  bias: tensorLike().optional(),
  ...FUSED_ACTIVATION,
};

export type FusedMatMul = Given<typeof FUSED_MATMUL>;

/**
 * activation(a · b + bias) in one pass over the result.
 * @throws ShapeError
 * @throws DTypeError
 * @example fusedMatMul({ a: x, b: weights, bias, activation: 'relu' })
 */
export function fusedMatMul(options: FusedMatMul): Tensor {
  const { a, b, bias, ...rest } = readOptions('fusedMatMul', FUSED_MATMUL, options);
  return tidy(() => {
    const left = toTensor('fusedMatMul', 'a', a, partnerDType(b));
    const right = toTensor('fusedMatMul', 'b', b, left.dtype);
    return matMulWithEpilogue(left, right, optionalTensor('fusedMatMul', 'bias', bias, left), {
      ...rest,
      ...fusedActivation('fusedMatMul', rest),
    });
  });
}

/** Inner product: of vectors, of matrices, or of one with the other. @throws ShapeError @example dot(weights, x) */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const left = toTensor('dot', 'a', a);
    const right = toTensor('dot', 'b', b);
    if (![1, 2].includes(left.rank) || ![1, 2].includes(right.rank)) {
      throw new ShapeError(`dot: a [${left.shape}] and b [${right.shape}], expected ranks 1 or 2`);
    }
    const product = matMul(
      left.rank === 1 ? reshape(left, [1, -1]) : left,
      right.rank === 1 ? reshape(right, [-1, 1]) : right,
    );
    return reshape(product, [...left.shape.slice(0, -1), ...right.shape.slice(1)]);
  });
}

/**
 * Every product of a value of a with a value of b: [m], [n] → [m, n]. @throws ShapeError
 * @example outerProduct([1, 2], [3, 4]) // [[3, 4], [6, 8]]
 */
export function outerProduct(a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const left = toTensor('outerProduct', 'a', a);
    const right = toTensor('outerProduct', 'b', b);
    if (left.rank !== 1 || right.rank !== 1) {
      throw new ShapeError(`outerProduct: a [${left.shape}] and b [${right.shape}], expected vectors`);
    }
    return mul(reshape(left, [-1, 1]), right);
  });
}
