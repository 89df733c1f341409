import type { Kernels } from '../kernels.js';
import { elementTiles, type Runtime } from './runtime.js';

/** Kernels that make values from nothing. */
export function creationKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'fill'> {
  return {
    fill(out, value) {
      if (out.dtype === 'float32') runtime.run('fill', elementTiles(out.size), [out.buffer, out.size], [value]);
      else host.fill(out, value);
    },
  };
}
