import { type TypedArray, typedArray, typedArrayFrom } from '../../base/dtype.js';
import { BackendError } from '../../base/errors.js';
import type { Backend } from '../backend.js';
import type { Kernels } from '../kernels.js';
import { activations } from './activations.js';
import { arithmetic } from './arithmetic.js';
import { avgPool } from './avg-pool.js';
import { batchNorm } from './batch-norm.js';
import { broadcast } from './broadcast.js';
import { cast } from './cast.js';
import { comparison } from './comparison.js';
import { concat } from './concat.js';
import { conv2d } from './conv2d.js';
import { creation } from './creation.js';
import { cumulative } from './cumulative.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { gather } from './gather.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { matMul } from './matmul.js';
import { maxPool } from './max-pool.js';
import { optimizers } from './optimizers.js';
import { pad } from './pad.js';
import { random } from './random.js';
import { reductions } from './reductions.js';
import { resize } from './resize.js';
import { reverse } from './reverse.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { softmaxCrossentropy } from './softmax-crossentropy.js';
import { topK } from './top-k.js';
import { transpose } from './transpose.js';
import { unary } from './unary.js';

/**
 * The reference: every kernel as a plain loop. Sums are computed in doubles and rounded when stored,
 * so float64 operands get float64 results. Kernels read and write the given arrays and keep none of them.
 */
export const cpuKernels: Kernels<TypedArray> = {
  ...creation,
  ...random,
  ...cast,
  ...unary,
  ...activations,
  ...arithmetic,
  ...comparison,
  ...reductions,
  ...cumulative,
  ...topK,
  ...softmax,
  ...softmaxCrossentropy,
  ...matMul,
  ...conv2d,
  ...depthwiseConv2d,
  ...maxPool,
  ...avgPool,
  ...batchNorm,
  ...broadcast,
  ...transpose,
  ...concat,
  ...slice,
  ...pad,
  ...reverse,
  ...gather,
  ...resize,
  ...lstm,
  ...gru,
  ...optimizers,
};

/**
 * Make the cpu backend: plain loops over typed arrays for every dtype, the reference for the other backends.
 * @param notes reasons why no faster backend was chosen
 */
export function cpuBackend(notes: readonly string[] = []): Backend<TypedArray> {
  return {
    name: 'cpu',
    kernels: cpuKernels,
    info: () => ({ name: 'cpu', variant: 'float64-capable loops', threads: 1, notes }),
    supports: () => true,
    allocate(dtype, size) {
      try {
        return typedArray(dtype, size);
      } catch (cause) {
        throw new BackendError(`cpu: no memory for ${size} elements of ${dtype}`, { cause });
      }
    },
    upload: (values, dtype) => typedArrayFrom(dtype, values),
    // The garbage collector frees the array with its tensor.
    free: () => {},
    read: async (buffer) => buffer.slice(),
    readSync: (buffer) => buffer.slice(),
    view: (buffer) => buffer,
  };
}
