import { startGpuBackend } from './backends/gpu/index.js';
import { registerBackend } from './backends/registry.js';

export { type GpuInfo, type GpuMode, type GpuOptions, gpuInfo } from './backends/gpu/index.js';

registerBackend('gpu', startGpuBackend);
