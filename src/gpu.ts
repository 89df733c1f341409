import { startGpuBackend } from './tensor/backends/gpu/index.js';
import { registerBackend } from './tensor/backends/registry.js';

export { type GpuInfo, type GpuMode, type GpuOptions, gpuInfo } from './tensor/backends/gpu/index.js';

registerBackend('gpu', startGpuBackend);
