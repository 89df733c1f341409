import type { Epilogue, FusedEpilogue, Kernels, Operand, Rectified, WeightUpdate } from '../backends/kernels.js';
import type { ConvGeometry, DepthwiseGeometry, PoolGeometry } from '../base/geometry.js';

type Any = Operand<unknown>;

/** Reads, writes and operations of a kernel call. */
export interface KernelFacts {
  /** The op's name: that of the function where one kernel computes several. */
  readonly name: string;
  readonly reads: readonly Any[];
  readonly writes: readonly Any[];
  /**
   * Floating-point operations. A multiply-add counts as two, and the direct sum is counted where a kernel saves
   * multiplications, such as Winograd convolution. An elementary function counts as one; kernels that only move data
   * have none.
   */
  readonly operations: number;
  /** Fused parts: bias, residual, an activation. */
  readonly fused?: readonly string[];
  /** Elements that are read, where those are fewer than `reads` hold. */
  readonly elementsRead?: number;
}

/** The facts of each kernel, from the arguments of a call; several where it does the work of several. */
export type KernelTable = {
  readonly [K in keyof Kernels]-?: (
    ...args: Parameters<NonNullable<Kernels[K]>>
  ) => KernelFacts | readonly KernelFacts[];
};

const given = (...operands: readonly (Any | null | undefined)[]): Any[] => operands.filter((each) => each != null);

/** A kernel without arithmetic. */
const moved = (name: string, reads: readonly Any[], out: Any, elementsRead?: number): KernelFacts => ({
  name,
  reads,
  writes: [out],
  operations: 0,
  elementsRead,
});

/** A kernel with a fixed number of operations for each element of its output. */
const mapped = (name: string, reads: readonly Any[], out: Any, each = 1): KernelFacts => ({
  name,
  reads,
  writes: [out],
  operations: each * out.size,
});

const windowSize = ({ filterHeight, filterWidth }: PoolGeometry | ConvGeometry): number => filterHeight * filterWidth;

/** A convolution or one of its gradients; `out` has the size of the convolution's own output. */
function convolution(
  name: string,
  [reads, written]: readonly [readonly Any[], Any],
  out: Any,
  geometry: ConvGeometry,
): KernelFacts {
  const depth = windowSize(geometry) * (geometry.inChannels / geometry.groups);
  return { name, reads, writes: [written], operations: 2 * out.size * depth };
}

const depthwise = (
  name: string,
  [reads, written]: readonly [readonly Any[], Any],
  out: Any,
  geometry: DepthwiseGeometry,
): KernelFacts => ({ name, reads, writes: [written], operations: 2 * out.size * windowSize(geometry) });

/** A product with its epilogue: an operation for each element of each part. */
function withEpilogue(
  facts: KernelFacts,
  { bias, activation, ...more }: Epilogue<unknown> & Partial<FusedEpilogue<unknown>>,
  out: Any,
): KernelFacts {
  const parts = { scale: more.scale, bias, residual: more.residual };
  const named = Object.entries(parts).flatMap(([name, operand]) => (operand ? [name] : []));
  const fused = activation ? [...named, activation] : named;
  return {
    ...facts,
    reads: [...facts.reads, ...given(...Object.values(parts))],
    operations: facts.operations + fused.length * out.size,
    fused,
  };
}

const rectifying = (rectified: Rectified<unknown> | null): Any[] =>
  rectified ? [rectified.gamma, rectified.beta] : [];

/** Products of a recurrence: `gates` for each unit and step, each a sum over all units. */
const recurrence = (
  name: string,
  reads: readonly Any[],
  out: Any,
  { time, batch, units }: { readonly time: number; readonly batch: number; readonly units: number },
  gates: number,
): KernelFacts => ({ name, reads, writes: [out], operations: 2 * time * batch * units * gates * units });

/**
 * Updates in place: what they change is read and written.
 * @param each operations for an element, by the number of arrays of state
 */
const updated = (name: string, updates: readonly WeightUpdate<unknown>[], each: (states: number) => number) =>
  updates.map(
    ({ weight, state, gradient }): KernelFacts => ({
      name,
      reads: [weight, ...state, gradient],
      writes: [weight, ...state],
      operations: each(state.length) * gradient.size,
    }),
  );

export const KERNEL_FACTS: KernelTable = {
  fill: (out) => moved('fill', [], out),
  oneHot: (indices, out) => moved('oneHot', [indices], out),
  randomUniform: (out) => moved('randomUniform', [], out),
  dropoutMask: (out) => moved('dropoutMask', [], out),
  cast: (x, out) => moved('cast', [x], out),

  unary: (fn, x, out) => mapped(fn, [x], out),
  activationGradient: (fn, dy, output, out) => mapped(`${fn}Gradient`, [dy, output], out, 2),
  binary: (fn, a, b, out) => mapped(fn, [a, b], out),
  compare: (fn, a, b, out) => mapped(fn, [a, b], out),
  test: (fn, x, out) => mapped(fn, [x], out),
  select: (condition, a, b, out) => moved('select', [condition, a, b], out),

  reduce: (fn, x, out) => ({ name: fn, reads: [x], writes: [out], operations: x.size }),
  argReduce: (fn, x, out) => ({ name: fn, reads: [x], writes: [out], operations: x.size }),
  cumulate: (fn, x, out) => mapped(`cum${fn}`, [x], out),
  topKIndices: (x, out) => moved('topK', [x], out),
  // Maximum, difference, exponential, sum, quotient.
  softmax: (x, out) => mapped('softmax', [x], out, 5),
  logSoftmax: (x, out) => mapped('logSoftmax', [x], out, 5),
  softmaxCrossentropy: (logits, labels, out) => ({
    ...mapped('softmaxCrossentropy', [logits, labels], out),
    operations: 7 * logits.size,
  }),
  softmaxCrossentropyGradient: (dy, logits, labels, out) =>
    mapped('softmaxCrossentropyGradient', [dy, logits, labels], out, 8),

  matMul: (a, b, out, { batch, m, k, n }, epilogue) =>
    withEpilogue({ name: 'matMul', reads: [a, b], writes: [out], operations: 2 * batch * m * k * n }, epilogue, out),

  conv2d: (x, filter, out, geometry, epilogue) =>
    withEpilogue(convolution('conv2d', [[x, filter], out], out, geometry), epilogue, out),
  fusedConv2d: (x, filter, out, geometry, epilogue) =>
    withEpilogue(convolution('fusedConv2d', [[x, filter], out], out, geometry), epilogue, out),
  conv2dInputGradient: (dy, filter, out, geometry) =>
    convolution('conv2dInputGradient', [[dy, filter], out], dy, geometry),
  conv2dFilterGradient: (x, dy, out, geometry) => convolution('conv2dFilterGradient', [[x, dy], out], dy, geometry),
  depthwiseConv2d: (x, filter, out, geometry) => depthwise('depthwiseConv2d', [[x, filter], out], out, geometry),
  depthwiseConv2dInputGradient: (dy, filter, out, geometry) =>
    depthwise('depthwiseConv2dInputGradient', [[dy, filter], out], dy, geometry),
  depthwiseConv2dFilterGradient: (x, dy, out, geometry) =>
    depthwise('depthwiseConv2dFilterGradient', [[x, dy], out], dy, geometry),

  maxPool: (x, out, geometry) => mapped('maxPool', [x], out, windowSize(geometry)),
  maxPoolGradient: (dy, x, out, geometry) => ({
    ...mapped('maxPoolGradient', [dy, x], out),
    operations: dy.size * windowSize(geometry),
  }),
  maxPoolGather: (values, x, out, geometry) => mapped('maxPoolGather', [values, x], out, windowSize(geometry)),
  maxPoolIndices: (x, out, geometry) => mapped('maxPoolIndices', [x], out, windowSize(geometry)),
  avgPool: (x, out, geometry) => mapped('avgPool', [x], out, windowSize(geometry)),
  avgPoolGradient: (dy, out, geometry) => ({
    ...mapped('avgPoolGradient', [dy], out),
    operations: dy.size * windowSize(geometry),
  }),

  // A sum, and a difference squared and summed.
  batchMoments: (x, out) => ({ ...mapped('batchMoments', [x], out), operations: 4 * x.size }),
  followMoments: (mean, variance, moments) => ({
    name: 'followMoments',
    reads: [mean, variance, moments],
    writes: [mean, variance],
    operations: 3 * moments.size,
  }),
  batchNorm: (x, moments, gamma, beta, out, _epsilon, { residual, activation }) => {
    const fused = [...(residual ? ['residual'] : []), ...(activation ? [activation] : [])];
    const facts = mapped('batchNorm', given(x, moments, gamma, beta, residual), out, 2 + fused.length);
    return { ...facts, fused };
  },
  batchNormSums: (dy, x, moments, out, _epsilon, rectified) => ({
    ...mapped('batchNormSums', [dy, x, moments, ...rectifying(rectified)], out),
    operations: (rectified ? 7 : 4) * dy.size,
    fused: rectified ? [`${rectified.activation}Gradient`] : [],
  }),
  batchNormInputGradient: (dy, x, moments, gamma, sums, out, _epsilon, rectified) => ({
    ...mapped('batchNormInputGradient', [dy, x, moments, gamma, sums, ...rectifying(rectified)], out),
    operations: (rectified ? 7 : 4) * dy.size,
    fused: rectified ? [`${rectified.activation}Gradient`] : [],
  }),

  broadcast: (x, out) => moved('broadcast', [x], out),
  transpose: (x, out) => moved('transpose', [x], out),
  concat: (parts, out) => moved('concat', parts, out),
  slice: (x, out) => moved('slice', [x], out, out.size),
  sliceGradient: (x, out) => moved('sliceGradient', [x], out),
  pad: (x, out) => moved('pad', [x], out),
  reverse: (x, out) => moved('reverse', [x], out),
  gather: (x, indices, out) => moved('gather', [x, indices], out, out.size + indices.size),
  scatterAdd: (x, indices, out) => ({ ...moved('scatterAdd', [x, indices], out), operations: x.size }),

  resample: (x, out, rows, columns) => mapped('resample', [x], out, 2 * rows.taps * columns.taps),
  resampleGradient: (dy, out, rows, columns) => ({
    ...mapped('resampleGradient', [dy], out),
    operations: 2 * dy.size * rows.taps * columns.taps,
  }),

  lstm: (z, kernel, hidden, cell, mask, out, sizes) =>
    recurrence('lstm', given(z, kernel, hidden, cell, mask), out, sizes, 4),
  lstmGradient: (dy, gates, kernel, cell, mask, out, sizes) =>
    recurrence('lstmGradient', given(dy, gates, kernel, cell, mask), out, sizes, 4),
  gru: (z, kernel, bias, hidden, mask, out, sizes) =>
    recurrence('gru', given(z, kernel, bias, hidden, mask), out, sizes, 3),
  gruGradient: (dy, gates, kernel, hidden, mask, out, sizes) =>
    recurrence('gruGradient', given(dy, gates, kernel, hidden, mask), out, sizes, 3),

  sgdUpdate: (updates) => updated('sgdUpdate', updates, (states) => (states > 0 ? 4 : 2)),
  adamUpdate: (updates) => updated('adamUpdate', updates, () => 12),
  rmspropUpdate: (updates) => updated('rmspropUpdate', updates, (states) => (states > 1 ? 10 : 8)),
  adagradUpdate: (updates) => updated('adagradUpdate', updates, () => 6),
};
