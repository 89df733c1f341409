import type { Command } from 'commander';
import { startDefault } from '../backends/default.js';
import { registerBackend, setDefaultBackend } from '../backends/registry.js';
import { WasmBackend, type WasmDefaults, type WasmOptions } from '../backends/wasm/index.js';
import { FAMILIES } from '../backends/wasm/turbo/calls/index.js';
import { environment } from '../base/environment.js';

/** Whether turbo is taken where nobody names a variant, where it is asked for, or not at all. */
type TurboUse = 'default' | 'on request' | 'never';

/**
 * Choose how the wasm backend starts in this process, which is ours: turbo sets flags of V8 for everything in it. It is
 * taken only if all families of kernels pass their check.
 */
export function useTurbo(use: TurboUse): void {
  const defaults: WasmDefaults = { variant: use === 'default' ? 'turbo' : undefined, check: FAMILIES };
  const isForbidden = use === 'never' && [undefined, 'turbo'].includes(environment('NABLA_WASM'));
  const start = (given?: WasmOptions | null) =>
    new WasmBackend(isForbidden ? { variant: 'relaxed', ...given } : given, defaults);
  registerBackend('wasm', start);
  setDefaultBackend(() => startDefault(start));
}

/** Let a command that computes much use turbo, with an option that leaves it out. */
export function withTurbo(command: Command): Command {
  return command
    .option(
      '--no-turbo',
      'do not let V8 join 128-bit operations into 256-bit ones (it does from Node 24, where checked)',
    )
    .hook('preAction', (running) => {
      const { turbo, resume } = running.opts<{ turbo: boolean; resume?: string }>();
      // A run that is resumed keeps the variant that it began with.
      if (resume) useTurbo('on request');
      else useTurbo(turbo ? 'default' : 'never');
    });
}
