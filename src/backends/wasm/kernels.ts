import { cpuKernels } from '../cpu/index.js';
import type { Kernels } from '../kernels.js';
import { activationKernels } from './activations.js';
import { batchNormKernels } from './batch-norm.js';
import { binaryKernels } from './binary.js';
import { castKernels } from './cast.js';
import { comparisonKernels } from './comparison.js';
import { conv2dKernels } from './conv2d.js';
import { creationKernels } from './creation.js';
import { depthwiseConv2dKernels } from './depthwise-conv2d.js';
import { gatherKernels } from './gather.js';
import { hostKernels } from './host-kernels.js';
import { matMulKernels } from './matmul.js';
import { movementKernels } from './movement.js';
import { optimizerKernels } from './optimizers.js';
import { poolingKernels } from './pooling.js';
import { randomKernels } from './random.js';
import { recurrentKernels } from './recurrent.js';
import { reductionKernels } from './reductions.js';
import { resizeKernels } from './resize.js';
import type { Runtime } from './runtime.js';
import { softmaxKernels } from './softmax.js';
import { softmaxCrossentropyKernels } from './softmax-crossentropy.js';
import { unaryKernels } from './unary.js';

/** Every kernel: those with a WebAssembly form, and the cpu backend's loops over the same memory for the rest. */
export function wasmKernels(runtime: Runtime): Kernels<number> {
  const host = hostKernels(cpuKernels, runtime.heap);
  const kernels: Kernels<number> = {
    ...host,
    ...creationKernels(runtime, host),
    ...randomKernels(runtime, host),
    ...unaryKernels(runtime, host),
    ...activationKernels(runtime, host),
    ...binaryKernels(runtime, host),
    ...comparisonKernels(runtime, host),
    ...castKernels(runtime, host),
    ...reductionKernels(runtime, host),
    ...softmaxKernels(runtime, host),
    ...softmaxCrossentropyKernels(runtime, host),
    ...movementKernels(runtime, () => kernels, host),
    ...gatherKernels(runtime, host),
    ...resizeKernels(runtime, host),
    ...poolingKernels(runtime, host),
    ...batchNormKernels(runtime, host),
    ...optimizerKernels(runtime, host),
    ...matMulKernels(runtime, () => kernels),
    ...conv2dKernels(runtime, () => kernels),
    ...depthwiseConv2dKernels(runtime, () => kernels),
    ...recurrentKernels(runtime, host),
  };
  return kernels;
}
