import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';
import { type Scalar, scalarOf } from './templates/walk.js';

/**
 * Each element computes its rank, the number of elements that precede it: larger ones, equal ones before it, and NaN.
 */
const topProgram = (scalar: Scalar): Program => {
  const isNaN = (value: string): string => (scalar === 'f32' ? `isNaNOf(${value})` : 'false');
  return {
    reads: [`x: ${scalar}`],
    writes: ['y: u32'],
    uniforms: ['count: u32', 'size: u32', 'k: u32'],
    main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.count) { return; }
  let i = thread % u.size;
  let start = thread - i;
  let value = x[thread];
  let isNaN = ${isNaN('value')};
  var rank = 0u;
  for (var j = 0u; j < u.size; j++) {
    let other = x[start + j];
    let otherIsNaN = ${isNaN('other')};
    let isEqual = (isNaN && otherIsNaN) || (!isNaN && !otherIsNaN && other == value);
    let isLarger = (otherIsNaN && !isNaN) || (!isNaN && !otherIsNaN && other > value);
    rank += select(0u, 1u, isLarger || (isEqual && j < i));
  }
  if (rank < u.k) { y[thread / u.size * u.k + rank] = i; }`,
  };
};

export function topK(device: Device): Pick<Kernels<WebGpuBuffer>, 'topKIndices'> {
  return {
    topKIndices(x, out, k) {
      const scalar = scalarOf(x.dtype);
      device.launch(`topKIndices/${scalar}`, () => topProgram(scalar), {
        reads: [x.buffer],
        writes: [out.buffer],
        uniforms: [x.size, x.shape[x.shape.length - 1], k],
        groups: Math.ceil(x.size / THREADS),
      });
    },
  };
}
