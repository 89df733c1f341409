import { cpuKernels } from '../cpu/index.js';
import type { Kernels } from '../kernels.js';
import { conv2dKernels } from './conv2d.js';
import { creationKernels } from './creation.js';
import { depthwiseConv2dKernels } from './depthwise-conv2d.js';
import { hostKernels } from './host-kernels.js';
import { matMulKernels } from './matmul.js';
import type { Runtime } from './runtime.js';

/** Every kernel: those with a WebAssembly form, and the cpu backend's loops over the same memory for the rest. */
export function wasmKernels(runtime: Runtime): Kernels<number> {
  const host = hostKernels(cpuKernels, runtime.heap);
  const kernels: Kernels<number> = {
    ...host,
    ...creationKernels(runtime, host),
    ...matMulKernels(runtime, () => kernels),
    ...conv2dKernels(runtime, () => kernels),
    ...depthwiseConv2dKernels(runtime, () => kernels),
  };
  return kernels;
}
