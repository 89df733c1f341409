import type { Kernels } from '../kernels.js';
import { UnaryNumber } from './functions.js';
import { elementChunks, type Runtime } from './runtime.js';

export function activationKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'activationGradient'> {
  return {
    activationGradient(fn, outputGradient, output, out, alpha) {
      if (out.dtype !== 'float32') return host.activationGradient(fn, outputGradient, output, out, alpha);
      const addresses = [outputGradient.buffer, output.buffer, out.buffer];
      runtime.launch('activationGradient', elementChunks(out.size), [...addresses, out.size, UnaryNumber[fn]], [alpha]);
    },
  };
}
