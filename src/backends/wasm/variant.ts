import { BackendError } from '../../base/errors.js';
import { encodeText } from '../../base/utf8.js';
import { packed, relaxedBytes, simdBytes } from './generated/kernels.js';
import { withSharedMemory } from './memory/memory-import.js';
import { canShareMemory, nodeEngine, setEngineFlag } from './platform.js';
import type { RegisterTile } from './runtime.js';
import { unpack } from './unpack.js';

/**
 * `simd`: separate multiply and add. `relaxed`: fused multiply-adds of relaxed SIMD. `turbo`: relaxed, with an
 * experimental pass of V8 that joins neighbouring 128-bit operations into 256-bit ones.
 */
export type VariantName = 'simd' | 'relaxed' | 'turbo';

export const VARIANTS: readonly VariantName[] = ['turbo', 'relaxed', 'simd'];

/**
 * Measured on 384³, one thread, GFLOP/s. Node 20, Xeon (Sapphire Rapids): simd 4×8 34, 6×8 33; relaxed 6×8 40, 4×8 38,
 * 8×8 31, 6×16 36. Node 24 on it: relaxed 6×8 46, 4×8 40; turbo 6×16 80, 6×8 60, 8×8 70, 4×16 55.
 */
export const REGISTER_TILES: Readonly<Record<VariantName, RegisterTile>> = {
  simd: { rows: 4, columns: 8 },
  relaxed: { rows: 6, columns: 8 },
  turbo: { rows: 6, columns: 16 },
};

/** A module with one function that splats 0 `operands` times and then runs `operation`. */
function probe(operands: number, operation: readonly number[]): Uint8Array<ArrayBuffer> {
  const splats = Array.from({ length: operands }, () => [0x41, 0x00, 0xfd, 0x0f]).flat();
  const body = [0x00, ...splats, ...operation, 0x0b];
  const header = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00,
  ];
  return Uint8Array.from([...header, 0x0a, body.length + 2, 0x01, body.length, ...body]);
}

const F32X4_RELAXED_MADD = [0xfd, 0x85, 0x02];

/** V8 from which relaxed SIMD exists behind a flag (Node 20); 11.4 and later have it on. */
const RELAXED_BEHIND_FLAG = 11;

/** V8 from which the 256-bit pass changes anything: Node 24 has 13, Node 22's 12 takes the flag without effect. */
const REVECTORIZE = 13;

/** Whether this engine has the pass of `turbo`, which is for x64 alone. */
export const hasTurbo = (): boolean => (nodeEngine() ?? 0) >= REVECTORIZE && process.arch === 'x64';

function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(probe(3, F32X4_RELAXED_MADD))) return true;
  if (nodeEngine() !== RELAXED_BEHIND_FLAG) return false;
  setEngineFlag('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(probe(3, F32X4_RELAXED_MADD));
}

export interface Selection {
  readonly variant: VariantName;
  readonly notes: readonly string[];
}

/**
 * Select the fastest supported variant, and `turbo` only on request.
 * @throws BackendError when even 128-bit SIMD is missing
 */
export function selectVariant(asked: VariantName | undefined): Selection {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(probe(1, []))) {
    throw new BackendError('wasm: this engine has no WebAssembly SIMD; use the cpu backend');
  }
  if (asked === 'simd') return { variant: 'simd', notes: ['relaxed SIMD not used: simd was requested'] };
  if (!hasRelaxedSimd()) return { variant: 'simd', notes: ['relaxed SIMD not used: this engine lacks it'] };
  if (asked === 'relaxed') return { variant: 'relaxed', notes: ['turbo not used: relaxed was requested'] };
  if (asked === undefined)
    return { variant: 'relaxed', notes: ['turbo not used: it is experimental, NABLA_WASM=turbo enables it'] };
  if (!hasTurbo()) {
    return { variant: 'relaxed', notes: ['turbo not used: it needs Node 24 or later on x64'] };
  }
  return { variant: 'turbo', notes: [] };
}

export interface Program {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly maximumPages: number;
  readonly isShared: boolean;
}

/** 4 GiB where the engine reserves as much address space, less on small devices. */
const MAXIMUM_PAGES = [65536, 32768, 16384, 4096];

function createMemory(isShared: boolean): { memory: WebAssembly.Memory; maximumPages: number } {
  let reason: unknown;
  for (const maximumPages of MAXIMUM_PAGES) {
    try {
      const memory = new WebAssembly.Memory({ initial: 256, maximum: maximumPages, shared: isShared });
      return { memory, maximumPages };
    } catch (error) {
      reason = error;
    }
  }
  throw new BackendError(
    `wasm: linear memory cannot be reserved: ${reason instanceof Error ? reason.message : String(reason)}`,
  );
}

function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendError(
      `wasm: the kernels do not compile here (${reason}); a Content-Security-Policy has to allow 'wasm-unsafe-eval'`,
      { cause: error },
    );
  }
}

/** Where each variant is among the packed kernels. The simd ones are mostly copies of the relaxed ones. */
const RELAXED = [0, relaxedBytes] as const;
const SIMD = [relaxedBytes, relaxedBytes + simdBytes] as const;

/** Append a custom section, which changes nothing but the bytes. */
function named(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const text = encodeText(name);
  const result = new Uint8Array(bytes.length + 3 + text.length);
  result.set(bytes);
  result.set([0, text.length + 1, text.length, ...text], bytes.length);
  return result;
}

/** The module of a variant. */
export const moduleBytes = (variant: VariantName): Uint8Array =>
  unpack(packed, variant === 'simd' ? SIMD : RELAXED, compileModule);

/** @param name V8 compiles equal bytes once, by the flags of the first time; other flags need another name */
export function compile(bytes: Uint8Array, name: string): Program {
  const isShared = canShareMemory();
  const module = named(bytes, name);
  return { module: compileModule(isShared ? withSharedMemory(module) : module), isShared, ...createMemory(isShared) };
}
