import '../../../src/backends/default.js';
import { backendInfo, setBackend } from '../../../src/backends/registry.js';
import { type WebGpuInfo, webgpuInfo } from '../../../src/webgpu.js';

/** Whether there is a folder with the real package webgpu (scripts/webgpu-ci.sh makes it). */
export const HAS_WEBGPU = process.env.NABLA_NATIVE !== undefined;

/** Behind the name of what is skipped. */
export const NEEDS = HAS_WEBGPU ? '' : ' (needs NABLA_NATIVE with the package webgpu)';

/** Flags of Dawn for a device that checks every call and computes nothing. */
const NULL_DEVICE = ['backend=null'];

/** Restart the backend, and verify that it is the current one. */
export async function startWebGpu(device: 'real' | 'null' = 'real'): Promise<WebGpuInfo> {
  await setBackend('webgpu', device === 'null' ? { dawn: NULL_DEVICE } : {});
  if (backendInfo().name !== 'webgpu') throw new Error(`webgpu was asked for, ${backendInfo().name} runs`);
  return webgpuInfo();
}
