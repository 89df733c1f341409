import type { GPU, IKernelRunShortcut } from 'gpu.js';
import { BackendError } from '../../../base/errors.js';

/** gpu.js's names of its modes. */
export type GpuMode = 'webgpu' | 'webgl2' | 'headlessgl' | 'webasm' | 'cpu';

export const GPU_MODES: readonly GpuMode[] = ['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu'];

/** Values on the device. */
export interface DeviceValues {
  toArray(): Float32Array | Promise<Float32Array>;
  delete(): void;
}

/** Result of a kernel: values on the device, or a plain array in the modes without one. */
export type KernelValues = Float32Array | DeviceValues;

type KernelClass = { readonly mode: string };

/** The part of gpu.js's API that is used, with types that its typings lack. */
export interface GpuLibrary {
  readonly GPU: typeof GPU & { isWebGPUAvailable(): Promise<boolean> };
  readonly CPUKernel: KernelClass;
  readonly WebAssemblyKernel: KernelClass;
  readonly HeadlessGLKernel: KernelClass;
  readonly WebGL2Kernel: KernelClass;
  readonly WebGPUKernel: KernelClass;
  readonly WebGPUContext: { destroy(): Promise<void> };
}

/** The part of a WebGL context that describes the device. */
export interface GlContext {
  readonly RENDERER: number;
  readonly MAX_TEXTURE_SIZE: number;
  getParameter(name: number): unknown;
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  isContextLost(): boolean;
}

/** A kernel of gpu.js: a function, with the object that runs it. */
export type KernelFunction = IKernelRunShortcut &
  ((...args: readonly (KernelValues | number)[]) => KernelValues | Promise<KernelValues>);

/** Return the mode of a kernel: `kernel.mode` is 'gpu' for both kinds of WebGL, which its class distinguishes. */
export function modeOf(library: GpuLibrary, kernel: KernelFunction): GpuMode | 'unknown' {
  const classes: Readonly<Record<GpuMode, KernelClass>> = {
    webgpu: library.WebGPUKernel,
    webgl2: library.WebGL2Kernel,
    headlessgl: library.HeadlessGLKernel,
    webasm: library.WebAssemblyKernel,
    cpu: library.CPUKernel,
  };
  const own = kernel.kernel.constructor as unknown as KernelClass;
  return GPU_MODES.find((mode) => classes[mode] === own) ?? 'unknown';
}

/** @throws BackendError when gpu.js is not installed */
export async function loadLibrary(): Promise<GpuLibrary> {
  try {
    const module = (await import('gpu.js')) as unknown as GpuLibrary & { default?: GpuLibrary };
    return module.default ?? module;
  } catch (cause) {
    throw new BackendError('gpu: the package gpu.js is missing; npm install gpu.js', { cause });
  }
}
