import type { Kernels, RandomState } from '../kernels.js';
import { elementChunks, type Runtime } from './runtime.js';

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Split a float64 into its two 32-bit words. */
function wordsOf(value: number): [number, number] {
  double[0] = value;
  return [words[0], words[1]];
}

/** A counter as a 64-bit field. */
const counterOf = ({ counter }: RandomState): [number, number] => [counter | 0, Math.floor(counter / 2 ** 32)];

/** Random numbers of four positions at a time; bit for bit those of the cpu backend. */
export function randomKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'randomUniform' | 'dropoutMask'> {
  return {
    randomUniform(out, state, low, high) {
      if (out.dtype !== 'float32') return host.randomUniform(out, state, low, high);
      const fields = [...counterOf(state), ...wordsOf(low), ...wordsOf(high), state.key, out.buffer, out.size];
      runtime.launch('randomUniform', elementChunks(out.size), fields);
    },
    dropoutMask(out, state, rate) {
      if (out.dtype !== 'float32') return host.dropoutMask(out, state, rate);
      const threshold = Math.ceil(rate * 2 ** 24);
      const fields = [...counterOf(state), state.key, threshold, out.buffer, out.size];
      runtime.launch('dropoutMask', elementChunks(out.size), fields, [1 / (1 - rate)]);
    },
  };
}
