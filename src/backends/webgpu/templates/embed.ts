import { stridesOf } from '../../../base/shape.js';
import type { Operand } from '../../kernels.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Program, THREADS } from '../runtime/program.js';

/** A field of one word, with x laid into it. */
function embedProgram(rank: number): Program {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return {
    reads: ['x: u32'],
    writes: ['y: u32'],
    uniforms: [
      'count: u32',
      'word: u32',
      ...axes.flatMap((a) => [
        `size${a}: u32`,
        `begin${a}: u32`,
        `step${a}: u32`,
        `length${a}: u32`,
        `stride${a}: u32`,
      ]),
    ],
    main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.count) { return; }
  var rest = thread;
  var place = 0u;
  var isInside = true;
  ${axes
    .reverse()
    .map(
      // Left of `begin` the difference wraps, and is larger than any axis is long.
      (a) => `let moved${a} = rest % u.size${a} - u.begin${a};
  rest /= u.size${a};
  isInside = isInside && moved${a} % u.step${a} == 0u && moved${a} / u.step${a} < u.length${a};
  place += moved${a} / u.step${a} * u.stride${a};`,
    )
    .join('\n  ')}
  if (isInside) { y[thread] = x[place]; } else { y[thread] = u.word; }`,
  };
}

/** Writes a word everywhere, and x from `begin` on in `steps`: what pad and the adjoint of slice do. */
export function embed(
  device: Device,
  x: Operand<WebGpuBuffer>,
  out: Operand<WebGpuBuffer>,
  begin: readonly number[],
  steps: readonly number[],
  word: number,
): void {
  const rank = out.shape.length;
  const strides = stridesOf(x.shape);
  const uniforms = [out.size, word];
  for (let a = 0; a < rank; a++) uniforms.push(out.shape[a], begin[a], steps[a], x.shape[a], strides[a]);
  device.launch(`embed/${rank}`, () => embedProgram(rank), {
    reads: [x.buffer],
    writes: [out.buffer],
    uniforms,
    groups: Math.ceil(out.size / THREADS),
  });
}
