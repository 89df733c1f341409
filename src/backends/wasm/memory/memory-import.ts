import { BackendError } from '../../../base/errors.js';
import { unsigned } from '../leb128.js';

/** Sections of a binary module are a kind, a length, a content; that of imports has kind 2. */
const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY_IMPORT = 2;
const SHARED_WITH_MAXIMUM = 3;

/** The most pages that a 32-bit memory has, and so the bound that suits any memory. */
const MAXIMUM_PAGES = 65536;

function decode(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end: at };
  }
}

/**
 * The same module, taking its memory shared. Whether a memory is shared is part of a module's imports and of nothing
 * else in ours: the kernels do not depend on threads. So each variant is compiled and shipped once.
 * @see WebAssembly Core Specification, 5.5.5 Import Section
 */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let at = HEADER_BYTES; at < module.length; ) {
    const length = decode(module, at + 1);
    const next = length.end + length.value;
    if (module[at] === IMPORT_SECTION) {
      const content = sharedImport(module.subarray(length.end, next));
      const section = [IMPORT_SECTION, ...unsigned(content.length), ...content];
      const result = new Uint8Array(at + section.length + module.length - next);
      result.set(module.subarray(0, at));
      result.set(section, at);
      result.set(module.subarray(next), at + section.length);
      return result;
    }
    at = next;
  }
  throw new BackendError('wasm: the module of the kernels imports no memory');
}

/** @param content one import, the memory: its module's name, its own name, its kind, its limits */
function sharedImport(content: Uint8Array): number[] {
  const moduleName = decode(content, 1);
  const ownName = decode(content, moduleName.end + moduleName.value);
  const kind = ownName.end + ownName.value;
  if (content[0] !== 1 || content[kind] !== MEMORY_IMPORT) {
    throw new BackendError('wasm: the module of the kernels imports more than its memory');
  }
  const minimum = decode(content, kind + 2);
  return [
    ...content.subarray(0, kind + 1),
    SHARED_WITH_MAXIMUM,
    ...unsigned(minimum.value),
    ...unsigned(MAXIMUM_PAGES),
  ];
}
