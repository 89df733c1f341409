import type { Kernels } from '../kernels.js';
import { elementChunks, type Runtime } from './runtime.js';

/** Kernel for each pair of dtypes; floats become integers on the host, whose integers wrap. */
const CASTS: Readonly<Record<string, string>> = {
  'int32 float32': 'castIntegersToFloats',
  'bool float32': 'castBooleansToFloats',
  'float32 bool': 'castFloatsToBooleans',
};

export function castKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'cast'> {
  return {
    cast(x, out) {
      const kernel = CASTS[`${x.dtype} ${out.dtype}`];
      if (!kernel) return host.cast(x, out);
      runtime.launch(kernel, elementChunks(out.size), [x.buffer, out.buffer, out.size]);
    },
  };
}
