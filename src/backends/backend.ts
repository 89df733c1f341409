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
  /** Whether the device is emulated on the CPU; only of backends with a device. */
  readonly isSoftware?: boolean;
  /** Limits of the device, by WebGPU's names; only of backends with a device. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Optional features of the device that are used. */
  readonly features?: readonly string[];
}

/**
 * Memory and kernels of one device. Calls are synchronous: an asynchronous backend queues them, and only
 * `read` waits. `Buffer` is the backend's own handle: a typed array, a pointer, a texture.
 */
export interface Backend<Buffer = unknown> {
  readonly name: string;
  readonly kernels: Kernels<Buffer>;
  /** Whether the backend runs only shape rules: operands are not moved to it. */
  readonly dataless?: true;
  info(): BackendInfo;
  supports(dtype: DType): boolean;
  /** Allocate memory for `size` elements, with undefined contents. @throws BackendError when memory is exhausted */
  allocate(dtype: DType, size: number): Buffer;
  /** A copy of `values` in a new buffer. */
  upload(values: TypedArray, dtype: DType): Buffer;
  free(buffer: Buffer): void;
  /** The buffer that begins `offset` bytes behind another one, inside it; where buffers have parts. */
  part?(buffer: Buffer, offset: number): Buffer;
  /** Copy a buffer on the device; if undefined, copies go through the host. */
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
  /** Set the number of threads; only of backends with threads. */
  setThreads?(threads: number): void;
  /** Stop threads and free the device. */
  dispose?(): void;
}
