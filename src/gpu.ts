/**
 * Importing this module registers the backend `gpu`, which runs on WebGL or WebGPU by the package gpu.js.
 * @module nabla/gpu
 */
import './backends/gpu/register.js';

export { type GpuInfo, type GpuMode, type GpuOptions, gpuInfo } from './backends/gpu/index.js';
