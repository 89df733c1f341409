import type { Activation, Kernels } from '../kernels.js';
import { elementTiles, type Runtime } from './runtime.js';

/** A place in the list is the number that assembly/activations.ts knows an activation by. */
const ACTIVATIONS: readonly Activation[] = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'];

export function activationKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'activationGradient'> {
  return {
    activationGradient(fn, outputGradient, output, out, alpha) {
      if (out.dtype !== 'float32') return host.activationGradient(fn, outputGradient, output, out, alpha);
      const addresses = [outputGradient.buffer, output.buffer, out.buffer];
      runtime.launch(
        'activationGradient',
        elementTiles(out.size),
        [...addresses, out.size, ACTIVATIONS.indexOf(fn)],
        [alpha],
      );
    },
  };
}
