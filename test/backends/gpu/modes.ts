import '../../../src/backends/default.js';
import { backendInfo, setBackend } from '../../../src/backends/registry.js';
import { type GpuInfo, type GpuMode, gpuInfo } from '../../../src/gpu.js';

/**
 * The modes of gpu.js that run here: those of NABLA_GPU_MODES (scripts/gpu-ci.sh), else the two that need nothing.
 * All of them are required: one that does not start fails its tests.
 */
export const MODES = (process.env.NABLA_GPU_MODES ?? 'cpu,webasm').split(',') as GpuMode[];

/** Starts a mode and makes sure that it is the one that kernels run in. */
export async function startMode(mode: GpuMode, cachedKernels?: number): Promise<GpuInfo> {
  await setBackend('gpu', { mode, cachedKernels });
  const info = gpuInfo();
  if (backendInfo().name !== 'gpu' || info.mode !== mode) throw new Error(`${mode} was asked for, ${info.mode} runs`);
  return info;
}
