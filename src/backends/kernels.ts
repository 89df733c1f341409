import type { DType } from '../base/dtype.js';
import type { ConvGeometry, DepthwiseGeometry, PoolGeometry } from '../base/geometry.js';
import type { AxisView, Shape } from '../base/shape.js';
import type { Forms } from './forms.js';
import type {
  Activation,
  ArgReduction,
  BinaryFunction,
  Comparison,
  Cumulation,
  Rectifier,
  Reduction,
  UnaryFunction,
  UnaryTest,
} from './function-names.js';

export type {
  Activation,
  ArgReduction,
  BinaryFunction,
  Comparison,
  Cumulation,
  Rectifier,
  Reduction,
  UnaryFunction,
  UnaryTest,
} from './function-names.js';

/** A tensor as kernels see it: contiguous, row-major. */
export interface Operand<Buffer> {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly size: number;
  readonly buffer: Buffer;
  /** For weights, whose values last for many calls: the cache for forms that kernels derive from them. */
  readonly forms?: Forms | undefined;
}

/** The function applied to each result before it is stored. */
export interface Epilogue<Buffer> {
  /** [outChannels], added first. */
  readonly bias: Operand<Buffer> | null;
  readonly activation: Activation | null;
  /** Slope of leakyRelu, scale of elu. */
  readonly alpha: number;
}

/** Epilogue of batch norm, applied to each result before it is stored. */
export interface BatchNormEpilogue<Buffer> {
  /** Shaped as x, added first. */
  readonly residual: Operand<Buffer> | null;
  readonly activation: Rectifier | null;
}

/** The activation behind a batch norm: its gradient is zero where x · gamma + beta, x normalized, is cut off. */
export interface Rectified<Buffer> {
  readonly activation: Rectifier;
  readonly gamma: Operand<Buffer>;
  readonly beta: Operand<Buffer>;
}

/** Epilogue of a convolution in a plan for inference: activation(sums · scale + bias + residual). */
export interface FusedEpilogue<Buffer> extends Epilogue<Buffer> {
  /** [outChannels]: of a batch norm that follows. What kernels make of filter and scale they keep with the scale. */
  readonly scale: Operand<Buffer> | null;
  /** Shaped as the output. */
  readonly residual: Operand<Buffer> | null;
}

/** Row-major products; `batchA` and `batchB` say which matrix of each operand belongs to a batch entry. */
export interface MatMulGeometry {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Matrix index of `a` for each batch entry (entries repeat where `a` broadcasts). */
  readonly batchA: readonly number[];
  readonly batchB: readonly number[];
}

/**
 * A resampling along one axis: output `i` is Σ over t of weight[i · taps + t] · input[index[i · taps + t]].
 * Nearest, bilinear and bicubic differ in their taps alone.
 */
export interface Taps {
  readonly inSize: number;
  readonly outSize: number;
  readonly taps: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** The position of a counter-based generator: the same key and counter give the same numbers on every backend. */
export interface RandomState {
  readonly key: number;
  readonly counter: number;
}

/** Sizes of a recurrence; sequences lie time-major, [time, batch, …]. */
export interface RecurrentGeometry {
  readonly time: number;
  readonly batch: number;
  readonly units: number;
}

/** A weight, its state (moments, velocities) and its gradient: what an optimizer reads and changes in place. */
export interface WeightUpdate<Buffer> {
  readonly weight: Operand<Buffer>;
  readonly state: readonly Operand<Buffer>[];
  readonly gradient: Operand<Buffer>;
}

export interface SGDSettings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * `stepSize` is learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ), Keras's form; `decay` is learningRate · weightDecay
 * (AdamW).
 */
export interface AdamSettings {
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

export interface RMSpropSettings {
  readonly learningRate: number;
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
}

export interface AdagradSettings {
  readonly learningRate: number;
  readonly epsilon: number;
}

/**
 * Every kernel writes into `out`, an operand that does not alias an input, and allocates nothing that outlives the
 * call. Shapes were checked by the op. Kernels for optimizers change their operands in place.
 */
export interface Kernels<Buffer = unknown> {
  // creation
  fill(out: Operand<Buffer>, value: number): void;
  /** One where the last axis equals `indices`, else zero; an index out of range gives a row of `off`. */
  oneHot(indices: Operand<Buffer>, out: Operand<Buffer>, on: number, off: number): void;
  /** Uniform in [low, high). */
  randomUniform(out: Operand<Buffer>, state: RandomState, low: number, high: number): void;
  /** 1 / (1 − rate) with probability 1 − rate, else 0. */
  dropoutMask(out: Operand<Buffer>, state: RandomState, rate: number): void;
  cast(x: Operand<Buffer>, out: Operand<Buffer>): void;

  // elementwise
  /**
   * `alpha`: slope of leakyRelu, scale of elu, lower bound of clip, value of step at zero and left of it; `beta`: upper
   * bound of clip. NaN stays NaN.
   */
  unary(fn: UnaryFunction, x: Operand<Buffer>, out: Operand<Buffer>, alpha: number, beta: number): void;
  /** outputGradient · f′, with f′ computed from f's output alone. */
  activationGradient(
    fn: Activation,
    outputGradient: Operand<Buffer>,
    output: Operand<Buffer>,
    out: Operand<Buffer>,
    alpha: number,
  ): void;
  /** Operands broadcast to `out`. */
  binary(fn: BinaryFunction, a: Operand<Buffer>, b: Operand<Buffer>, out: Operand<Buffer>): void;
  /** Operands broadcast to `out`, which is bool. */
  compare(fn: Comparison, a: Operand<Buffer>, b: Operand<Buffer>, out: Operand<Buffer>): void;
  test(fn: UnaryTest, x: Operand<Buffer>, out: Operand<Buffer>): void;
  /** Operands broadcast to `out`. */
  select(condition: Operand<Buffer>, a: Operand<Buffer>, b: Operand<Buffer>, out: Operand<Buffer>): void;

  // reductions over the middle of [outer, size, inner]
  reduce(fn: Reduction, x: Operand<Buffer>, out: Operand<Buffer>, view: AxisView): void;
  argReduce(fn: ArgReduction, x: Operand<Buffer>, out: Operand<Buffer>, view: AxisView): void;
  cumulate(
    fn: Cumulation,
    x: Operand<Buffer>,
    out: Operand<Buffer>,
    view: AxisView,
    exclusive: boolean,
    reverse: boolean,
  ): void;
  /** Over the last axis; `out` is int32 [..., k], largest first, equal values by rising index. */
  topKIndices(x: Operand<Buffer>, out: Operand<Buffer>, k: number): void;
  /** Over the last axis. */
  softmax(x: Operand<Buffer>, out: Operand<Buffer>): void;
  logSoftmax(x: Operand<Buffer>, out: Operand<Buffer>): void;
  /**
   * −Σ labels · ln softmax(logits) over the last axis; `out` is [...]. Labels are shaped as the logits, or int32
   * classes [...], where one that does not exist gives 0. Optional, with its gradient: ops compose both where a backend
   * lacks them.
   */
  softmaxCrossentropy?(logits: Operand<Buffer>, labels: Operand<Buffer>, out: Operand<Buffer>): void;
  /** outputGradient · (softmax(logits) · Σ labels − labels), outputGradient [...]. */
  softmaxCrossentropyGradient?(
    outputGradient: Operand<Buffer>,
    logits: Operand<Buffer>,
    labels: Operand<Buffer>,
    out: Operand<Buffer>,
  ): void;

  // matrices
  matMul(
    a: Operand<Buffer>,
    b: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: MatMulGeometry,
    epilogue: Epilogue<Buffer>,
  ): void;

  // convolution
  conv2d(
    x: Operand<Buffer>,
    filter: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: ConvGeometry,
    epilogue: Epilogue<Buffer>,
  ): void;
  /** Optional: inference folds batch norms and sums into convolutions where a backend has it. */
  fusedConv2d?(
    x: Operand<Buffer>,
    filter: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: ConvGeometry,
    epilogue: FusedEpilogue<Buffer>,
  ): void;
  conv2dInputGradient(
    outputGradient: Operand<Buffer>,
    filter: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: ConvGeometry,
  ): void;
  conv2dFilterGradient(
    x: Operand<Buffer>,
    outputGradient: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: ConvGeometry,
  ): void;
  depthwiseConv2d(x: Operand<Buffer>, filter: Operand<Buffer>, out: Operand<Buffer>, geometry: DepthwiseGeometry): void;
  depthwiseConv2dInputGradient(
    outputGradient: Operand<Buffer>,
    filter: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: DepthwiseGeometry,
  ): void;
  depthwiseConv2dFilterGradient(
    x: Operand<Buffer>,
    outputGradient: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: DepthwiseGeometry,
  ): void;

  // pooling; the first of equal maxima wins, padding never does, and averages count real pixels alone
  maxPool(x: Operand<Buffer>, out: Operand<Buffer>, geometry: PoolGeometry): void;
  maxPoolGradient(
    outputGradient: Operand<Buffer>,
    x: Operand<Buffer>,
    out: Operand<Buffer>,
    geometry: PoolGeometry,
  ): void;
  /** `values`, shaped as x, read where x has its window's maximum: the adjoint of `maxPoolGradient`. */
  maxPoolGather(values: Operand<Buffer>, x: Operand<Buffer>, out: Operand<Buffer>, geometry: PoolGeometry): void;
  /**
   * Flat index within one image (row · width + column) · channels + channel of each window's maximum; `out` is int32.
   */
  maxPoolIndices(x: Operand<Buffer>, out: Operand<Buffer>, geometry: PoolGeometry): void;
  avgPool(x: Operand<Buffer>, out: Operand<Buffer>, geometry: PoolGeometry): void;
  avgPoolGradient(outputGradient: Operand<Buffer>, out: Operand<Buffer>, geometry: PoolGeometry): void;

  // batch norm over the last axis; moments are [2, channels]: mean, then biased variance
  batchMoments(x: Operand<Buffer>, out: Operand<Buffer>): void;
  /**
   * In place: mean and variance, each [channels], become themselves · kept + those of `moments` · (1 − kept). Optional:
   * layers compose it where a backend lacks it.
   */
  followMoments?(mean: Operand<Buffer>, variance: Operand<Buffer>, moments: Operand<Buffer>, kept: number): void;
  /** activation((x − mean) / √(variance + epsilon) · gamma + beta + residual) */
  batchNorm(
    x: Operand<Buffer>,
    moments: Operand<Buffer>,
    gamma: Operand<Buffer>,
    beta: Operand<Buffer>,
    out: Operand<Buffer>,
    epsilon: number,
    epilogue: BatchNormEpilogue<Buffer>,
  ): void;
  /**
   * `out` is [2, channels]: Σ outputGradient, Σ outputGradient · normalized x: the gradients of beta and gamma.
   * `rectified`: outputGradient is that of the activation's output; null: of the normalization's own.
   */
  batchNormSums(
    outputGradient: Operand<Buffer>,
    x: Operand<Buffer>,
    moments: Operand<Buffer>,
    out: Operand<Buffer>,
    epsilon: number,
    rectified: Rectified<Buffer> | null,
  ): void;
  /**
   * The gradient of x in training, where the moments depend on x; `sums` and `rectified` are those of `batchNormSums`.
   */
  batchNormInputGradient(
    outputGradient: Operand<Buffer>,
    x: Operand<Buffer>,
    moments: Operand<Buffer>,
    gamma: Operand<Buffer>,
    sums: Operand<Buffer>,
    out: Operand<Buffer>,
    epsilon: number,
    rectified: Rectified<Buffer> | null,
  ): void;

  // data movement
  broadcast(x: Operand<Buffer>, out: Operand<Buffer>): void;
  transpose(x: Operand<Buffer>, out: Operand<Buffer>, permutation: readonly number[]): void;
  concat(parts: readonly Operand<Buffer>[], out: Operand<Buffer>, axis: number): void;
  slice(x: Operand<Buffer>, out: Operand<Buffer>, begin: readonly number[], strides: readonly number[]): void;
  /** The adjoint of `slice`: zeros but for x, placed at `begin` with `strides`. */
  sliceGradient(x: Operand<Buffer>, out: Operand<Buffer>, begin: readonly number[], strides: readonly number[]): void;
  pad(x: Operand<Buffer>, out: Operand<Buffer>, before: readonly number[], value: number): void;
  reverse(x: Operand<Buffer>, out: Operand<Buffer>, axes: readonly number[]): void;
  /** x is [outer, size, inner]; `out` is [outer, indices.size, inner]; an index out of range reads 0. */
  gather(x: Operand<Buffer>, indices: Operand<Buffer>, out: Operand<Buffer>, view: AxisView): void;
  /** The adjoint of `gather`: rows of x are added into zeros at `indices`; `view` is that of `out`. */
  scatterAdd(x: Operand<Buffer>, indices: Operand<Buffer>, out: Operand<Buffer>, view: AxisView): void;

  // resampling of [batch, height, width, channels]
  resample(x: Operand<Buffer>, out: Operand<Buffer>, rows: Taps, columns: Taps): void;
  resampleGradient(outputGradient: Operand<Buffer>, out: Operand<Buffer>, rows: Taps, columns: Taps): void;

  // Recurrences: all steps in one call. A backend without them leaves them out; layers then go step by step.
  // `mask` is bool [time, batch]: where it is false the states stay. Absent states are zeros.
  /**
   * Every step of an LSTM. `z` is the input's part of the gates, [time, batch, 4 · units] for i, f, g, o. `out` is
   * flat: i, f, g, o after their activations and c for each step, [time, batch, 5 · units]; then h for each step and
   * the last c, [time + 1, batch, units].
   */
  lstm?(
    z: Operand<Buffer>,
    recurrentKernel: Operand<Buffer>,
    hidden: Operand<Buffer> | null,
    cell: Operand<Buffer> | null,
    mask: Operand<Buffer> | null,
    out: Operand<Buffer>,
    geometry: RecurrentGeometry,
  ): void;
  /**
   * The gradient of `z` of `lstm`, [time, batch, 4 · units], for that of h and the last c, [time + 1, batch, units].
   * Where `out` has one more step, it holds the gradients of `hidden` and `cell`, and zeros.
   */
  lstmGradient?(
    outputGradient: Operand<Buffer>,
    gates: Operand<Buffer>,
    recurrentKernel: Operand<Buffer>,
    cell: Operand<Buffer> | null,
    mask: Operand<Buffer> | null,
    out: Operand<Buffer>,
    geometry: RecurrentGeometry,
  ): void;
  /**
   * Every step of a GRU whose reset gate multiplies after the product. `z` is the input's part, [time, batch,
   * 3 · units] for z, r, n. `out` is flat: z, r, n after their activations and the recurrent part of n for each step,
   * [time, batch, 4 · units]; then h, [time, batch, units].
   */
  gru?(
    z: Operand<Buffer>,
    recurrentKernel: Operand<Buffer>,
    recurrentBias: Operand<Buffer> | null,
    hidden: Operand<Buffer> | null,
    mask: Operand<Buffer> | null,
    out: Operand<Buffer>,
    geometry: RecurrentGeometry,
  ): void;
  /**
   * Gradients for that of h: of the recurrent parts of z, r, n, and of the input's part of n, [time, batch,
   * 4 · units]. Where `out` has one more step, it holds the gradient of `hidden`, and zeros.
   */
  gruGradient?(
    outputGradient: Operand<Buffer>,
    gates: Operand<Buffer>,
    recurrentKernel: Operand<Buffer>,
    hidden: Operand<Buffer> | null,
    mask: Operand<Buffer> | null,
    out: Operand<Buffer>,
    geometry: RecurrentGeometry,
  ): void;

  // optimizers: all weights that share settings in one call, in place
  /** State: a velocity, or none. */
  sgdUpdate(updates: readonly WeightUpdate<Buffer>[], settings: SGDSettings): void;
  /** State: first and second moment. */
  adamUpdate(updates: readonly WeightUpdate<Buffer>[], settings: AdamSettings): void;
  /** State: the mean square, and a velocity or none. */
  rmspropUpdate(updates: readonly WeightUpdate<Buffer>[], settings: RMSpropSettings): void;
  /** State: the sum of squares. */
  adagradUpdate(updates: readonly WeightUpdate<Buffer>[], settings: AdagradSettings): void;
}
