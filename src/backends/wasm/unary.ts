import type { Kernels, UnaryFunction } from '../kernels.js';
import { elementTiles, type Runtime } from './runtime.js';

/** Functions with a WebAssembly loop; a place in the list is the number that assembly/unary.ts knows a function by. */
const WASM_UNARY: readonly UnaryFunction[] = [
  ...(['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh', 'abs', 'neg', 'sign', 'ceil', 'floor'] as const),
  ...(['round', 'reciprocal', 'square', 'sqrt', 'rsqrt', 'exp', 'log', 'softplus', 'silu', 'step', 'clip'] as const),
];

const NUMBERS: ReadonlyMap<UnaryFunction, number> = new Map(WASM_UNARY.map((fn, number) => [fn, number]));

export function unaryKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'unary'> {
  return {
    unary(fn, x, out, alpha, beta) {
      const number = NUMBERS.get(fn);
      if (number === undefined || x.dtype !== 'float32') return host.unary(fn, x, out, alpha, beta);
      runtime.launch('unary', elementTiles(out.size), [x.buffer, out.buffer, out.size, number], [alpha, beta]);
    },
  };
}
