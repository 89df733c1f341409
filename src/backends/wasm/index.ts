import { WasmBackend, type WasmOptions } from './backend.js';

export type { WasmDefaults, WasmOptions } from './backend.js';
export { WasmBackend } from './backend.js';
export type { VariantName } from './variant.js';

/** @throws BackendError when the engine has no WebAssembly SIMD or cannot reserve memory */
export const wasmBackend = (options?: WasmOptions): WasmBackend => new WasmBackend(options);
