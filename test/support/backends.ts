import '../../src/backends/default.js';
import type { BackendInfo } from '../../src/backends/backend.js';
import { backendInfo, setBackend } from '../../src/backends/registry.js';

/** A backend and how it is started. */
export interface Configuration {
  readonly label: string;
  readonly backend: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What `backendInfo().variant` must then say; undefined: anything. */
  readonly variant?: string;
  /** Engines without it are no failure, even where the backend is required. */
  readonly optional?: true;
}

export const CONFIGURATIONS: readonly Configuration[] = [
  { label: 'cpu', backend: 'cpu' },
  { label: 'wasm simd', backend: 'wasm', options: { variant: 'simd', threads: 2 }, variant: 'simd' },
  { label: 'wasm relaxed', backend: 'wasm', options: { variant: 'relaxed', threads: 2 }, variant: 'relaxed' },
  { label: 'wasm turbo', backend: 'wasm', options: { variant: 'turbo', threads: 2 }, variant: 'turbo', optional: true },
];

/**
 * Backends that must run here: NABLA_REQUIRE_BACKENDS=cpu,wasm. One that cannot then fails instead of being skipped.
 */
export const REQUIRED: readonly string[] = (process.env.NABLA_REQUIRE_BACKENDS ?? '')
  .split(',')
  .map((name) => name.trim())
  .filter((name) => name !== '');

/** Starts a backend and makes sure that it is the one that was asked for. */
export async function startBackend(backend: string, options?: Readonly<Record<string, unknown>>): Promise<BackendInfo> {
  await setBackend(backend, options);
  const info = backendInfo();
  if (info.name !== backend) throw new Error(`${backend} was asked for, ${info.name} runs`);
  return info;
}

/** Why a configuration cannot run here; null when it can. A required one that cannot is an error. */
export async function whyNot(
  { backend, options, variant, label, optional }: Configuration,
  required: readonly string[] = REQUIRED,
): Promise<string | null> {
  let reason: string | null = null;
  try {
    const info = await startBackend(backend, options);
    if (variant && info.variant !== variant)
      reason = `${label}: ${info.variant} runs instead (${info.notes.join('; ')})`;
  } catch (error) {
    reason = `${label}: ${(error as Error).message}`;
  }
  if (reason !== null && !optional && required.includes(backend))
    throw new Error(`required by NABLA_REQUIRE_BACKENDS: ${reason}`);
  return reason;
}
