import { registerBackend } from './backends/registry.js';
import { startWebGpuBackend } from './backends/webgpu/index.js';

export {
  type DeviceCounts,
  type KernelTime,
  profileKernels,
  type WebGpuInfo,
  type WebGpuOptions,
  webgpuInfo,
} from './backends/webgpu/index.js';

registerBackend('webgpu', startWebGpuBackend);
