import type { DType, TypedArray } from '../base/dtype.js';
import type { Kernels } from './kernels.js';

export interface BackendInfo {
  readonly name: string;
  /** The implementation in use: `'float64-capable loops'`, `'relaxed-simd'`, `'webgl2'`, … */
  readonly variant: string;
  readonly threads: number;
  /** Reasons why a faster implementation was not used; empty if there is none. */
  readonly notes: readonly string[];
  /** Bytes of what kernels keep of weights for later calls, packed or transformed; tensors do not count here. */
  readonly keptBytes?: number;
  /** Whether a processor plays the device; where the backend has a device. */
  readonly isSoftware?: boolean;
  /** Limits of the device, by WebGPU's names; where the backend has a device. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Optional features of the device that are used. */
  readonly features?: readonly string[];
}

/**
 * Memory and kernels of one device. Calls are synchronous: a backend that works asynchronously queues inside, and only
 * `read` waits. `Buffer` is the backend's own handle: a typed array, a pointer, a texture.
 */
export interface Backend<Buffer = unknown> {
  readonly name: string;
  readonly kernels: Kernels<Buffer>;
  /** Runs shape rules alone: operands stay where they are. */
  readonly dataless?: true;
  info(): BackendInfo;
  supports(dtype: DType): boolean;
  /** Memory for `size` elements, contents undefined. @throws BackendError when there is none left */
  allocate(dtype: DType, size: number): Buffer;
  /** A copy of `values` in a new buffer. */
  upload(values: TypedArray, dtype: DType): Buffer;
  free(buffer: Buffer): void;
  /** Another buffer with the same contents; without it, values travel over the host. */
  copy?(buffer: Buffer): Buffer;
  /** A copy of the contents. */
  read(buffer: Buffer, dtype: DType, size: number): Promise<TypedArray>;
  /** The same without waiting. @throws BackendError where memory is not visible to the host */
  readSync(buffer: Buffer, dtype: DType, size: number): TypedArray;
  /**
   * The contents themselves, if they are in host memory: valid until the next allocation, and writing changes the
   * tensor.
   */
  view?(buffer: Buffer, dtype: DType, size: number): TypedArray;
  /** How many threads kernels may use, where there are threads. */
  setThreads?(threads: number): void;
  /** Ends threads and gives the device back. */
  dispose?(): void;
}
