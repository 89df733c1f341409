/* The first 64 KiB of linear memory, in bytes. The cells of `threads/control.ts` come first. */

/** 64 bytes that stay zero. */
export const ZEROS = 6144;

/** Where a job's fields are written. */
export const JOB_ADDRESS = 8192;

/** Tables of a job: segments, batches, blocks. */
export const TABLES_ADDRESS = 12288;
export const TABLES_END = 32768;

/** The kernels' constants start at 32768 (`--memoryBase` in scripts/build-wasm.ts), the heap follows them. */
export const HEAP_BASE = 65536;

/** A page of WebAssembly memory. */
export const PAGE_BYTES = 65536;
