import { axisView } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';

/** Lays rows of one part into the rows of the whole, four words at once where all rows begin and end at such. */
const placeProgram = (word: string): Program => ({
  reads: [`x: ${word}`],
  writes: [`y: ${word}`],
  uniforms: ['count: u32', 'row: u32', 'wholeRow: u32', 'begin: u32'],
  main: `let thread = group * ${THREADS}u + local;
  if (thread < u.count) {
    y[thread / u.row * u.wholeRow + u.begin + thread % u.row] = x[thread];
  }`,
});

export function concat(device: Device): Pick<Kernels<WebGpuBuffer>, 'concat'> {
  return {
    concat(parts, out, axis) {
      const { size, inner } = axisView(out.shape, axis);
      let begin = 0;
      for (const part of parts) {
        const row = part.shape[axis] * inner;
        const isWide = [row, begin, size * inner].every((words) => words % 4 === 0);
        const width = isWide ? 4 : 1;
        const word = isWide ? 'vec4<u32>' : 'u32';
        if (part.size > 0) {
          device.launch(`concat/${word}`, () => placeProgram(word), {
            reads: [part.buffer],
            writes: [out.buffer],
            uniforms: [part.size, row, size * inner, begin].map((words) => words / width),
            groups: Math.ceil(part.size / width / THREADS),
          });
        }
        begin += row;
      }
    },
  };
}
