import { broadcastStrides, type Shape, sameShape, stridesOf } from '../../base/shape.js';
import type { Operand } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';
import { copyStrided } from './strided.js';

/**
 * Elements after which the operand starts again when stretched to `shape`: 1 for a number, C for [C] or [1,1,C]; null
 * for [N,1].
 */
function periodOf(x: Operand<number>, shape: Shape): number | null {
  const lead = x.shape.length - shape.length;
  let axis = shape.length;
  let period = 1;
  while (axis > 0 && (x.shape[axis - 1 + lead] ?? 1) === shape[axis - 1]) period *= shape[--axis];
  return period === x.size ? period : null;
}

/**
 * A row that is not a whole number of vectors is repeated in scratch memory; longer ones are stretched once instead.
 */
const LONGEST_REPEATED = 4096;

/** Shorter rows are repeated up to here, so that the loop over vectors is the innermost. */
const SHORTEST_BLOCK = 256;

/** Elements of one pass of a kernel over an operand that repeats: a multiple of the period in whole vectors. */
export function blockOf(period: number): number {
  const vectors = period % 4 === 0 ? period : period % 2 === 0 ? 2 * period : 4 * period;
  return vectors * Math.ceil(SHORTEST_BLOCK / vectors);
}

/** The operand's values as if it had `shape`, in memory of the caller's scope; its own where nothing stretches. */
export function stretched(runtime: Runtime, x: Operand<number>, shape: Shape, size: number): number {
  if (x.size === size) return x.buffer;
  const address = runtime.temporary(size * 4);
  const from = { address: x.buffer, strides: broadcastStrides(x.shape, shape) };
  copyStrided(runtime, shape, from, { address, strides: stridesOf(shape) });
  return address;
}

const canRepeat = (period: number | null): period is number =>
  period !== null && (period <= LONGEST_REPEATED || period % 4 === 0);

/**
 * Runs an elementwise kernel of two 32-bit operands that broadcast to `out`. One of them may repeat: the kernel then
 * walks it over and over. What else stretches is written out first.
 */
export function runBroadcast(
  runtime: Runtime,
  kernel: string,
  fn: number,
  a: Operand<number>,
  b: Operand<number>,
  out: Operand<number>,
): void {
  const { shape, size } = out;
  if (a.size === size && b.size === size && sameShape(a.shape, b.shape)) {
    const chunks = Math.ceil(size / ELEMENTS_PER_CHUNK);
    const block = ELEMENTS_PER_CHUNK;
    runtime.launch(kernel, chunks, [a.buffer, b.buffer, out.buffer, size, fn, 0, 0, block, ELEMENTS_PER_CHUNK]);
    return;
  }
  const periodA = a.size < size ? periodOf(a, shape) : null;
  const periodB = a.size === size && b.size < size ? periodOf(b, shape) : null;
  const period = canRepeat(periodA) ? periodA : canRepeat(periodB) ? periodB : 0;
  const block = period > 0 ? blockOf(period) : ELEMENTS_PER_CHUNK;
  const perChunk = block * Math.ceil(ELEMENTS_PER_CHUNK / block);
  runtime.scope(() => {
    const repeatsA = period > 0 && period === periodA;
    const repeatsB = period > 0 && !repeatsA;
    runtime.launch(
      kernel,
      Math.ceil(size / perChunk),
      [
        repeatsA ? a.buffer : stretched(runtime, a, shape, size),
        repeatsB ? b.buffer : stretched(runtime, b, shape, size),
        ...[out.buffer, size, fn, repeatsA ? period : 0, repeatsB ? period : 0, block, perChunk],
      ],
      [],
      period > 0 && block !== period ? block * 4 : 0,
    );
  });
}
