/**
 * Importing this module registers the backend `webgpu`.
 * @module nabla/webgpu
 */
import './backends/webgpu/register.js';

export {
  type DeviceCounts,
  type KernelTime,
  profileKernels,
  type WebGpuInfo,
  type WebGpuOptions,
  webgpuInfo,
} from './backends/webgpu/index.js';
