import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';
import { type Scalar, scalarOf } from './templates/walk.js';

/** A negative index is a large unsigned one. */
const gatherProgram = (word: string): Program => ({
  reads: [`x: ${word}`, 'indices: u32'],
  writes: [`y: ${word}`],
  uniforms: ['total: u32', 'size: u32', 'inner: u32', 'count: u32'],
  main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.total) { return; }
  let line = thread / u.inner;
  let index = indices[line % u.count];
  let start = (line / u.count * u.size + index) * u.inner + thread % u.inner;
  if (index < u.size) { y[thread] = x[start]; } else { y[thread] = ${word}(); }`,
});

/** Sorts the indices: each computes its rank, and writes itself and its position there. */
const RANK: Program = {
  reads: ['indices: u32'],
  writes: ['sorted: u32', 'places: u32'],
  uniforms: ['count: u32'],
  main: `let n = group * ${THREADS}u + local;
  if (n >= u.count) { return; }
  let index = indices[n];
  var rank = 0u;
  for (var other = 0u; other < u.count; other++) {
    let against = indices[other];
    if (against < index || (against == index && other < n)) { rank++; }
  }
  sorted[rank] = index;
  places[rank] = n;`,
};

/** Each element of the result finds its first row among the sorted indices, and adds the rows in order. */
const addProgram = (scalar: Scalar): Program => ({
  reads: [`x: ${scalar}`, 'sorted: u32', 'places: u32'],
  writes: [`y: ${scalar}`],
  uniforms: ['total: u32', 'size: u32', 'inner: u32', 'count: u32'],
  main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.total) { return; }
  let line = thread / u.inner;
  let index = line % u.size;
  var low = 0u;
  var high = u.count;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (sorted[middle] < index) { low = middle + 1u; } else { high = middle; }
  }
  var sum = ${scalar}();
  for (var rank = low; rank < u.count; rank++) {
    if (sorted[rank] != index) { break; }
    sum += x[(line / u.size * u.count + places[rank]) * u.inner + thread % u.inner];
  }
  y[thread] = sum;`,
});

export function gather(device: Device): Pick<Kernels<WebGpuBuffer>, 'gather' | 'scatterAdd'> {
  return {
    gather(x, indices, out, { size, inner }) {
      const width = inner % 4 === 0 ? 4 : 1;
      const word = width === 4 ? 'vec4<u32>' : 'u32';
      device.launch(`gather/${word}`, () => gatherProgram(word), {
        reads: [x.buffer, indices.buffer],
        writes: [out.buffer],
        uniforms: [out.size / width, size, inner / width, indices.size],
        groups: Math.ceil(out.size / width / THREADS),
      });
    },

    scatterAdd(x, indices, out, { size, inner }) {
      const count = indices.size;
      const scalar = scalarOf(x.dtype);
      device.withScratch([count, count], (sorted, places) => {
        device.launch('scatterAdd/rank', () => RANK, {
          reads: [indices.buffer],
          writes: [sorted, places],
          uniforms: [count],
          groups: Math.ceil(count / THREADS),
        });
        device.launch(`scatterAdd/${scalar}`, () => addProgram(scalar), {
          reads: [x.buffer, sorted, places],
          writes: [out.buffer],
          uniforms: [out.size, size, inner, count],
          groups: Math.ceil(out.size / THREADS),
        });
      });
    },
  };
}
