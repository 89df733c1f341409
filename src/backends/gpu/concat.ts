import { axisView } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import { type Device, MAX_ARRAYS } from './runtime/device.js';
import { divide, type Program } from './runtime/program.js';

interface Part {
  readonly buffer: GpuBuffer;
  /** Length along the joined axis. */
  readonly length: number;
}

function concatProgram(parts: readonly Part[], size: number, inner: number): Program {
  const names = parts.map((_, index) => `part${index}`);
  const constants: Record<string, number> = { size, inner };
  const branches: string[] = [];
  let begin = 0;
  for (const [index, { length }] of parts.entries()) {
    constants[`begin${index}`] = begin;
    constants[`length${index}`] = length;
    begin += length;
    branches.push(`const at${index} = place - this.constants.begin${index};
  if (at${index} >= 0 && at${index} < this.constants.length${index}) {
    result = part${index}[(o * this.constants.length${index} + at${index}) * this.constants.inner + i];
  }`);
  }
  return {
    name: `concat/${parts.length} parts`,
    source: `function (${names.join(', ')}) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.inner', 'line', 'i')}
  ${divide('line', 'this.constants.size', 'o', 'place')}
  let result = 0;
  ${branches.join('\n  ')}
  return result;
}`,
    constants,
  };
}

export function concat(device: Device): Pick<Kernels<GpuBuffer>, 'concat'> {
  /** Concatenate as many parts as a kernel can read, then the result with the rest. */
  const join = (parts: readonly Part[], out: GpuBuffer, outer: number, inner: number): void => {
    const [now, later] = [parts.slice(0, MAX_ARRAYS), parts.slice(MAX_ARRAYS)];
    const length = now.reduce((sum, part) => sum + part.length, 0);
    const program = concatProgram(now, length, inner);
    const inputs = now.map((part) => part.buffer);
    if (later.length === 0) {
      device.launch(program, inputs, out);
      return;
    }
    device.withScratch(
      outer * length * inner,
      (joined) => device.launch(program, inputs, joined),
      (joined) => join([{ buffer: joined, length }, ...later], out, outer, inner),
    );
  };
  return {
    concat(parts, out, axis) {
      const { outer, inner } = axisView(out.shape, axis);
      const filled = parts.filter((part) => part.size > 0);
      join(
        filled.map((part) => ({ buffer: part.buffer, length: part.shape[axis] })),
        out.buffer,
        outer,
        inner,
      );
    },
  };
}
