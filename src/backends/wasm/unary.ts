import type { Kernels } from '../kernels.js';
import { UnaryNumber } from './functions.js';
import { elementChunks, type Runtime } from './runtime.js';

export function unaryKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'unary'> {
  return {
    unary(fn, x, out, alpha, beta) {
      const number = UnaryNumber[fn as keyof typeof UnaryNumber];
      if (number === undefined || x.dtype !== 'float32') return host.unary(fn, x, out, alpha, beta);
      runtime.launch('unary', elementChunks(out.size), [x.buffer, out.buffer, out.size, number], [alpha, beta]);
    },
  };
}
