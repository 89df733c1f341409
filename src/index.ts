import './tensor/methods.js';

// autograd
export { checkGradients, type GradientCheck, type GradientCheckOptions } from './autograd/check.js';
export { customGrad } from './autograd/custom-grad.js';
export { type ExplainedOp, Explanation, explain } from './autograd/explain.js';
export { grad, grads, valueAndGrad, valueAndGrads, variableGrads } from './autograd/gradients.js';
// backends
export { ready } from './backends.js';
// training
export * as callbacks from './callbacks/index.js';
export { constraints } from './constraints/index.js';
export * as data from './data/index.js';
export { initializers } from './initializers/index.js';
// model files
export { inspectFile } from './io/inspect.js';
export { type LoadOptions, loadLayersModel, loadModel, loadWeights, resumeTraining } from './io/load.js';
export { encodeModel, type ModelFormat, type SaveOptions, type SaveTarget, saveModel, saveWeights } from './io/save.js';
export type { FileSource } from './io/source.js';
export type { WeightReport } from './io/weights/assign.js';
export { layerFromConfig } from './layers/catalog.js';
export { floatx, setFloatx } from './layers/floatx.js';
export { input } from './layers/input-layer.js';
export type { CallOptions, LayerOptions } from './layers/layer.js';
export { Layer } from './layers/layer.js';
// models
export * as layers from './layers/namespace.js';
export { clearSession } from './layers/naming.js';
export { registerLayer } from './layers/register-layer.js';
export { type SymbolicShape, SymbolicTensor } from './layers/symbolic.js';
export type { Weight } from './layers/weight.js';
export * as losses from './losses/namespace.js';
export * as metrics from './metrics/namespace.js';
export {
  convolutionalBlock,
  identityBlock,
  inceptionModule,
} from './models/blocks.js';
export { Model, model } from './models/model.js';
export { Sequential, sequential } from './models/sequential.js';
export type { SummaryData, SummaryOptions } from './models/summary.js';
export type { CompileOptions } from './models/training/compile.js';
export type { ModelData } from './models/training/data.js';
export type { FitDatasetOptions, FitOptions } from './models/training/options.js';
export type { BatchProgress, ProgressListener } from './models/training/progress.js';
export * from './models/zoo/index.js';
export * as optimizers from './optim/index.js';
export * as train from './optim/train.js';
export { regularizers } from './regularizers/index.js';
export * as serialization from './serialization-namespace.js';
export type { BackendInfo } from './tensor/backends/backend.js';
export { backendInfo, getBackend, registeredBackends, setBackend, setThreads } from './tensor/backends/registry.js';
// tensors
export type { TensorLike } from './tensor/convert.js';
export type { DType, TypedArray } from './tensor/dtype.js';
export * from './tensor/errors.js';
export type { Padding, Pair } from './tensor/geometry.js';
export { nextFrame } from './tensor/next-frame.js';
export type { Inputs, Op, Recorded, Spec } from './tensor/op.js';
// ops
export {
  elu,
  gelu,
  leakyRelu,
  logSigmoid,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './tensor/ops/activations.js';
export {
  add,
  addN,
  atan2,
  div,
  divNoNan,
  floorDiv,
  maximum,
  minimum,
  mod,
  mul,
  squaredDifference,
  sub,
} from './tensor/ops/arithmetic.js';
export { avgPool } from './tensor/ops/avg-pool.js';
export { batchNorm, batchNormTraining } from './tensor/ops/batch-norm.js';
export { broadcastTo, sum, tile } from './tensor/ops/broadcast.js';
export { cast } from './tensor/ops/cast.js';
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from './tensor/ops/comparison.js';
export { concat, split, stack, unstack } from './tensor/ops/concat.js';
export { conv1d } from './tensor/ops/conv1d.js';
export { conv2d, fusedConv2d } from './tensor/ops/conv2d.js';
export { conv2dTranspose } from './tensor/ops/conv2d-transpose.js';
export {
  eye,
  fill,
  linspace,
  oneHot,
  ones,
  onesLike,
  range,
  scalar,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tensor4d,
  zeros,
  zerosLike,
} from './tensor/ops/creation.js';
export { cumprod, cumsum } from './tensor/ops/cumulative.js';
export { depthwiseConv2d, separableConv2d } from './tensor/ops/depthwise-conv2d.js';
export { dropout } from './tensor/ops/dropout.js';
export { gather } from './tensor/ops/gather.js';
export * as image from './tensor/ops/image.js';
export { localResponseNormalization } from './tensor/ops/local-response-normalization.js';
export { dot, fusedMatMul, matMul, outerProduct } from './tensor/ops/matmul.js';
export { maxPool, maxPoolWithArgmax } from './tensor/ops/max-pool.js';
export { norm } from './tensor/ops/norm.js';
export { mirrorPad, pad } from './tensor/ops/pad.js';
export { pool } from './tensor/ops/pool.js';
export { pow } from './tensor/ops/power.js';
export {
  randomNormal,
  randomStandardNormal,
  randomUniform,
  randomUniformInt,
  truncatedNormal,
} from './tensor/ops/random.js';
export * from './tensor/ops/ranked.js';
export { depthToSpace, diag, ensureShape, meshgrid, spaceToBatchND } from './tensor/ops/rearrange.js';
export {
  all,
  any,
  argMax,
  argMin,
  euclideanNorm,
  logSumExp,
  max,
  mean,
  min,
  moments,
  prod,
  variance,
} from './tensor/ops/reductions.js';
export { clone, expandDims, flatten, reshape, squeeze } from './tensor/ops/reshape.js';
export { resizeBicubic, resizeBilinear, resizeNearestNeighbor } from './tensor/ops/resize.js';
export { reverse } from './tensor/ops/reverse.js';
export { booleanMaskAsync, whereAsync } from './tensor/ops/select-by-mask.js';
export { slice, stridedSlice } from './tensor/ops/slice.js';
export { logSoftmax, softmax } from './tensor/ops/softmax.js';
export { topk } from './tensor/ops/top-k.js';
export { transpose } from './tensor/ops/transpose.js';
export {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  clipByValue,
  cos,
  cosh,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  step,
  tan,
} from './tensor/ops/unary.js';
export { type Profile, type ProfiledKernel, profile, time } from './tensor/profile.js';
export { getRandomState, setRandomState, setSeed } from './tensor/random.js';
export type { MemoryInfo } from './tensor/scope.js';
export { dispose, keep, memory, tidy } from './tensor/scope.js';
export type { Shape } from './tensor/shape.js';
export { print, Tensor } from './tensor/tensor.js';
export { disposeVariables, Variable, variable } from './tensor/variable.js';
export type * from './tfjs-types.js';
