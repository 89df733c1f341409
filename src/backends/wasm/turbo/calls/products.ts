import { family, type KernelCall, result, signed, type TurboCheck } from '../kernel-call.js';

type Sizes = readonly [m: number, k: number, n: number];

/** A product of matrices; one with bias and activation takes other ways through the kernels than a plain one. */
function product([m, k, n]: Sizes, transposeA: boolean, transposeB: boolean, isPlain = false): KernelCall {
  const geometry = { batch: 1, m, k, n, transposeA, transposeB, batchA: [0], batchB: [0] };
  const a = transposeA ? signed(k, m) : signed(m, k);
  const b = transposeB ? signed(n, k) : signed(k, n);
  return family('matrix products')([a, b, signed(n), result([m, n])], (kernels, [left, right, bias, out]) =>
    kernels.matMul(left, right, out, geometry, {
      bias: isPlain ? null : bias,
      activation: isPlain ? null : 'relu',
      alpha: 0,
    }),
  );
}

/** The kernels of most of the work: for a process that is not ours, where a check of all would take too long. */
export const PRODUCTS: TurboCheck = {
  calls: [
    product([25, 37, 44], false, false),
    product([70, 29, 35], false, false),
    product([7, 21, 19], false, true),
    product([13, 29, 35], true, false, true),
    product([5, 40, 70], false, true, true),
  ],
  isComplete: false,
};
