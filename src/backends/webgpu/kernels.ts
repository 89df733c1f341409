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
import { matMul } from './matmul.js';
import { maxPool } from './max-pool.js';
import { optimizers } from './optimizers.js';
import { pad } from './pad.js';
import { random } from './random.js';
import { reductions } from './reductions.js';
import { resize } from './resize.js';
import { reverse } from './reverse.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { topK } from './top-k.js';
import { transpose } from './transpose.js';
import { unary } from './unary.js';

/** Return every kernel of one device; results stay on it. */
export function webGpuKernels(device: Device): Kernels<WebGpuBuffer> {
  return {
    ...creation(device),
    ...random(device),
    ...cast(device),
    ...unary(device),
    ...activations(device),
    ...arithmetic(device),
    ...comparison(device),
    ...reductions(device),
    ...cumulative(device),
    ...topK(device),
    ...softmax(device),
    ...matMul(device),
    ...conv2d(device),
    ...depthwiseConv2d(device),
    ...maxPool(device),
    ...avgPool(device),
    ...batchNorm(device),
    ...broadcast(device),
    ...transpose(device),
    ...concat(device),
    ...slice(device),
    ...pad(device),
    ...reverse(device),
    ...gather(device),
    ...resize(device),
    ...optimizers(device),
  };
}
