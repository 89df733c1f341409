import { ValueError } from '../../src/base/errors.js';
import { type Padding, type Pair, transposedSize } from '../../src/base/geometry.js';
import { binaryCrossentropy, categoricalCrossentropy, meanSquaredError } from '../../src/losses/index.js';
import * as activations from '../../src/ops/activations.js';
import * as arithmetic from '../../src/ops/arithmetic.js';
import { avgPool } from '../../src/ops/avg-pool.js';
import { batchNorm, batchNormTraining } from '../../src/ops/batch-norm.js';
import { sum } from '../../src/ops/broadcast.js';
import { concat } from '../../src/ops/concat.js';
import { fusedConv2d } from '../../src/ops/conv2d.js';
import { conv2dTranspose } from '../../src/ops/conv2d-transpose.js';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.js';
import { matMul } from '../../src/ops/matmul.js';
import { maxPool } from '../../src/ops/max-pool.js';
import { pad } from '../../src/ops/pad.js';
import { max, mean, min, prod } from '../../src/ops/reductions.js';
import { resizeBicubic, resizeBilinear, resizeNearestNeighbor } from '../../src/ops/resize.js';
import { slice } from '../../src/ops/slice.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { transpose } from '../../src/ops/transpose.js';
import * as unary from '../../src/ops/unary.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Options } from './file.js';

type Inputs = Readonly<Record<string, Tensor>>;
type Run = (inputs: Inputs, options: Record<string, never>) => Tensor;

interface Operation {
  /** Known options; any other is an error. */
  readonly options: readonly string[];
  readonly run: Run;
}

const plain = (f: (x: Tensor) => Tensor): Operation => ({ options: [], run: ({ x }) => f(x) });

const pairwise = (f: (a: Tensor, b: Tensor) => Tensor): Operation => ({ options: [], run: ({ a, b }) => f(a, b) });

const scaled = (f: (x: Tensor, alpha?: number) => Tensor): Operation => ({
  options: ['alpha'],
  run: ({ x }, { alpha }) => f(x, alpha),
});

const reduction = (f: (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor): Operation => ({
  options: ['axis', 'keepDims'],
  run: ({ x }, { axis, keepDims }) => f(x, axis, keepDims),
});

const alongAxis = (f: (x: Tensor, axis?: number) => Tensor): Operation => ({
  options: ['axis'],
  run: ({ x }, { axis }) => f(x, axis),
});

const pooling = (f: (x: Tensor, size: Pair, strides: Pair, padding: Padding) => Tensor): Operation => ({
  options: ['poolSize', 'strides', 'padding'],
  run: ({ x }, { poolSize, strides, padding }) => f(x, poolSize, strides, padding),
});

const resizing = (f: (x: Tensor, size: [number, number]) => Tensor): Operation => ({
  options: ['size'],
  run: ({ x }, { size }) => f(x, size),
});

/** Keras's names of the ops, and how nabla is asked for them. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  conv2d: {
    options: ['strides', 'padding', 'dilationRate', 'groups'],
    run: ({ x, weight, bias }, { strides, padding, dilationRate, groups }) =>
      fusedConv2d({ x, filter: weight, bias, strides, padding, dilations: dilationRate, groups }),
  },
  depthwiseConv2d: {
    options: ['strides', 'padding', 'dilationRate'],
    run: ({ x, weight }, { strides, padding, dilationRate }) =>
      depthwiseConv2d(x, weight, strides, padding, 'NHWC', dilationRate),
  },
  conv2dTranspose: {
    options: ['strides', 'padding'],
    run: ({ x, weight }, { strides, padding }) => {
      const [batch, height, width] = x.shape;
      const [filterHeight, filterWidth, outChannels] = weight.shape;
      const size = transposedSize('conv2dTranspose', [height, width], [filterHeight, filterWidth], strides, padding);
      return conv2dTranspose(x, weight, [batch, ...size, outChannels], strides, padding);
    },
  },
  maxPool2d: pooling(maxPool),
  averagePool2d: pooling(avgPool),
  batchNormTraining: {
    options: ['epsilon'],
    run: ({ x, gamma, beta }, { epsilon }) => batchNormTraining(x, gamma, beta, epsilon).y,
  },
  batchNormInference: {
    options: ['epsilon'],
    run: ({ x, mean, variance, gamma, beta }, { epsilon }) => batchNorm(x, mean, variance, beta, gamma, epsilon),
  },
  concatenate: { options: ['axis'], run: (inputs, { axis }) => concat(Object.values(inputs), axis) },
  add: pairwise(arithmetic.add),
  subtract: pairwise(arithmetic.sub),
  multiply: pairwise(arithmetic.mul),
  divide: pairwise(arithmetic.div),
  maximum: pairwise(arithmetic.maximum),
  minimum: pairwise(arithmetic.minimum),
  matMul: {
    options: ['transposeA', 'transposeB'],
    run: ({ a, b }, { transposeA, transposeB }) => matMul(a, b, transposeA, transposeB),
  },
  relu: plain(activations.relu),
  relu6: plain(activations.relu6),
  sigmoid: plain(activations.sigmoid),
  tanh: plain(activations.tanh),
  softplus: plain(activations.softplus),
  selu: plain(activations.selu),
  gelu: plain(activations.gelu),
  silu: plain(activations.silu),
  elu: scaled(activations.elu),
  leakyRelu: scaled(activations.leakyRelu),
  exp: plain(unary.exp),
  log: plain(unary.log),
  sqrt: plain(unary.sqrt),
  square: plain(unary.square),
  abs: plain(unary.abs),
  softmax: alongAxis(softmax),
  logSoftmax: alongAxis(logSoftmax),
  sum: reduction(sum),
  mean: reduction(mean),
  max: reduction(max),
  min: reduction(min),
  prod: reduction(prod),
  pad: { options: ['paddings'], run: ({ x }, { paddings }) => pad(x, paddings) },
  transpose: { options: ['perm'], run: ({ x }, { perm }) => transpose(x, perm) },
  slice: { options: ['begin', 'size'], run: ({ x }, { begin, size }) => slice(x, begin, size) },
  resizeBilinear: resizing(resizeBilinear),
  resizeBicubic: resizing(resizeBicubic),
  resizeNearestNeighbor: resizing(resizeNearestNeighbor),
  categoricalCrossentropyFromLogits: {
    options: [],
    run: ({ logits, target }) => mean(categoricalCrossentropy(target, logits, { fromLogits: true })),
  },
  meanSquaredError: { options: [], run: ({ prediction, target }) => mean(meanSquaredError(target, prediction)) },
  binaryCrossentropy: { options: [], run: ({ prediction, target }) => mean(binaryCrossentropy(target, prediction)) },
};

/**
 * Runs an op by its name in a golden file.
 * @throws ValueError when the op or one of its options is not known
 */
export function runOperation(op: string, inputs: Inputs, options: Options): Tensor {
  if (!Object.hasOwn(OPERATIONS, op)) throw new ValueError(`the op ${op} is not known`);
  const operation = OPERATIONS[op];
  const unknown = Object.keys(options).find((name) => !operation.options.includes(name));
  if (unknown) throw new ValueError(`${op}: the option ${unknown} is not known`);
  return operation.run(inputs, options as Record<string, never>);
}
