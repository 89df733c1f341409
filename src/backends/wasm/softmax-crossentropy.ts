import type { Kernels, Operand } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

type CrossentropyKernels = Required<Pick<Kernels<number>, 'softmaxCrossentropy' | 'softmaxCrossentropyGradient'>>;

/** Exponentials take several times as long as a copy. */
const ELEMENTS = ELEMENTS_PER_CHUNK / 4;

export function softmaxCrossentropyKernels(runtime: Runtime, host: Kernels<number>): CrossentropyKernels {
  const launch = (
    kernel: keyof CrossentropyKernels,
    logits: Operand<number>,
    labels: Operand<number>,
    gradient: number,
    out: Operand<number>,
  ): void => {
    const length = logits.shape[logits.shape.length - 1];
    const rows = logits.size / length;
    const rowsPerChunk = Math.ceil(ELEMENTS / length);
    const places = [logits.buffer, labels.buffer, labels.dtype === 'int32' ? 1 : 0, gradient, out.buffer];
    runtime.launch(kernel, Math.ceil(rows / rowsPerChunk), [...places, rows, length, rowsPerChunk]);
  };
  const isFast = ({ dtype, size }: Operand<number>): boolean => dtype === 'float32' && size > 0;
  return {
    softmaxCrossentropy(logits, labels, out) {
      if (isFast(logits)) launch('softmaxCrossentropy', logits, labels, 0, out);
      else host.softmaxCrossentropy!(logits, labels, out);
    },
    softmaxCrossentropyGradient(gradient, logits, labels, out) {
      if (isFast(logits)) launch('softmaxCrossentropyGradient', logits, labels, gradient.buffer, out);
      else host.softmaxCrossentropyGradient!(gradient, logits, labels, out);
    },
  };
}
