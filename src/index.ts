/**
 * Tensors, gradients, layers, models and training.
 * @module nabla
 */
import './ops/methods.js';

// autograd
export { checkGradients, type GradientCheck, type GradientCheckOptions } from './autograd/check.js';
export { customGrad } from './autograd/custom-grad.js';
export { type ExplainedOp, Explanation, explain } from './autograd/explain.js';
export { grad, grads, valueAndGrad, valueAndGrads, variableGrads } from './autograd/gradients.js';
export type { BackendInfo } from './backends/backend.js';
// backends
export { ready } from './backends/default.js';
export { backendInfo, getBackend, registeredBackends, setBackend, setThreads } from './backends/registry.js';
export type { DType, TypedArray } from './base/dtype.js';
export * from './base/errors.js';
export { nextFrame } from './base/event-loop.js';
export type { Padding, Pair } from './base/geometry.js';
export type { Shape } from './base/shape.js';
export { constraints } from './constraints/index.js';
export * as data from './data/index.js';
export type { StreamedRows, StreamedSamples } from './data/streamed-samples.js';
export * as browser from './images/canvas/index.js';
export { initializers } from './initializers/index.js';
export * as interpret from './interpret/index.js';
// model files
export { inspectFile } from './io/inspect.js';
export { type LoadOptions, loadLayersModel, loadModel, loadWeights, resumeTraining } from './io/load.js';
export * from './io/models.js';
export { encodeModel, saveModel, saveWeights } from './io/save.js';
export type { FileSource } from './io/storage/source.js';
export type { WeightReport } from './io/weights/assign.js';
export { floatx, setFloatx } from './layers/base/floatx.js';
export type { CallOptions, LayerOptions } from './layers/base/layer.js';
export { Layer } from './layers/base/layer.js';
export { clearSession } from './layers/base/naming.js';
export { registerLayer } from './layers/base/register-layer.js';
export { type SymbolicShape, SymbolicTensor } from './layers/base/symbolic.js';
export type { Weight } from './layers/base/weight.js';
export { layerFromConfig } from './layers/catalog.js';
export { input } from './layers/core/input.js';
// models
export * as layers from './layers/index.js';
export {
  convolutionalBlock,
  identityBlock,
  inceptionModule,
} from './models/blocks.js';
export type { SummaryData, SummaryOptions } from './models/summary.js';
// ops
export * from './ops/activations.js';
export * from './ops/arithmetic.js';
export { avgPool } from './ops/avg-pool.js';
export { batchNorm, batchNormTraining } from './ops/batch-norm.js';
export { bincount, denseBincount } from './ops/bincount.js';
export { broadcastTo, sum, tile } from './ops/broadcast.js';
export { broadcastArgs } from './ops/broadcast-args.js';
export { cast } from './ops/cast.js';
export * from './ops/comparison.js';
export { concat, split, stack, unstack } from './ops/concat.js';
export { conv1d } from './ops/conv1d.js';
export { conv2d, fusedConv2d } from './ops/conv2d.js';
export { conv2dTranspose } from './ops/conv2d-transpose.js';
export * from './ops/creation.js';
export { cumprod, cumsum } from './ops/cumulative.js';
export { depthwiseConv2d, separableConv2d } from './ops/depthwise-conv2d.js';
export { dilation2d } from './ops/dilation2d.js';
export { dropout } from './ops/dropout.js';
export { einsum } from './ops/einsum.js';
export { gather } from './ops/gather.js';
export { gatherND, scatterND, tensorScatterUpdate, unsortedSegmentSum } from './ops/gather-nd.js';
export * as image from './ops/image.js';
export { inTopKAsync } from './ops/in-top-k.js';
export * as linalg from './ops/linalg.js';
export { localResponseNormalization } from './ops/local-response-normalization.js';
export { dot, fusedMatMul, matMul, outerProduct } from './ops/matmul.js';
export { maxPool, maxPoolWithArgmax } from './ops/max-pool.js';
export { movingAverage } from './ops/moving-average.js';
export { multinomial } from './ops/multinomial.js';
export { euclideanNorm, norm } from './ops/norm.js';
export type { Differentiable, Inferred, Inputs, Op, Recorded, Spec } from './ops/op.js';
export { mirrorPad, pad } from './ops/pad.js';
export { pool } from './ops/pool.js';
export { pow } from './ops/power.js';
export * from './ops/random.js';
export { rand, randomGamma } from './ops/random-values.js';
export { batchToSpaceND, depthToSpace, diag, ensureShape, meshgrid, spaceToBatchND } from './ops/rearrange.js';
export * from './ops/reductions.js';
export { clone, expandDims, flatten, reshape, squeeze } from './ops/reshape.js';
export { resizeBicubic, resizeBilinear, resizeNearestNeighbor } from './ops/resize.js';
export { reverse } from './ops/reverse.js';
export { lowerBound, searchSorted, upperBound } from './ops/search-sorted.js';
export { booleanMaskAsync, whereAsync } from './ops/select-by-mask.js';
export { slice, stridedSlice } from './ops/slice.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { topk } from './ops/top-k.js';
export { transpose } from './ops/transpose.js';
export * from './ops/unary.js';
export { setdiff1dAsync, unique } from './ops/unique.js';
export * as optimizers from './optim/index.js';
export { type KernelSums, type Profile, type ProfiledKernel, profile, time } from './profile/index.js';
export { regularizers } from './regularizers/index.js';
// tensors
export type { TensorLike } from './tensor/convert.js';
export { getRandomState, setRandomState, setSeed } from './tensor/random.js';
export type { MemoryInfo } from './tensor/scope.js';
export { dispose, keep, memory, tidy } from './tensor/scope.js';
export { print, Tensor } from './tensor/tensor.js';
export { disposeVariables, Variable, variable } from './tensor/variable.js';
export { buffer, TensorBuffer } from './tfjs/buffer.js';
export { Callback, CustomCallback, EarlyStopping, History } from './tfjs/custom-callback.js';
export {
  backend,
  deprecationWarn,
  disableDeprecationWarnings,
  ENV,
  Environment,
  enableDebugMode,
  enableProdMode,
  engine,
  env,
  version,
} from './tfjs/environment.js';
export * as fused from './tfjs/fused.js';
export { GraphModel } from './tfjs/graph-model/graph-model.js';
export { loadGraphModel } from './tfjs/graph-model/load-graph-model.js';
export { deregisterOp, type GraphNode, registerOp } from './tfjs/graph-model/ops/index.js';
export type { ModelTensorInfo } from './tfjs/graph-model/tensor-info.js';
export { InputSpec, Rank } from './tfjs/input-spec.js';
export * as io from './tfjs/io.js';
export * as losses from './tfjs/losses.js';
export * as math from './tfjs/math.js';
export * as metrics from './tfjs/metrics.js';
export * as models from './tfjs/models.js';
export * from './tfjs/optimizers.js';
export * from './tfjs/ranked-ops.js';
export * as serialization from './tfjs/serialization.js';
export * as train from './tfjs/train.js';
export type * from './tfjs/types.js';
export * as util from './tfjs/util/index.js';
export { Reduction } from './tfjs/weighted-loss.js';
// training
export * as callbacks from './training/callbacks/index.js';
export type { FitDatasetOptions, FitOptions } from './training/fit-options.js';
export type { CompileOptions } from './training/model/compile.js';
export type { StepData, StepLogs } from './training/model/step-data.js';
export type { ModelFormat, SaveOptions, SaveTarget } from './training/options/save-options.js';
export type { BatchProgress, ProgressListener } from './training/progress.js';
export type { ModelData, Samples } from './training/samples/samples.js';
export * from './zoo/index.js';
