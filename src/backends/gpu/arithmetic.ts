import { broadcastStrides } from '../../base/shape.js';
import type { BinaryFunction, Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { stridedProgram } from './shared/strided.js';

/** Expressions in `a` and `b`. */
const FUNCTIONS: Readonly<Record<BinaryFunction, string>> = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  div: 'a / b',
  floorDiv: 'floorDivOf(a, b)',
  mod: 'a - b * floorDivOf(a, b)',
  pow: 'powOf(a, b)',
  maximum: 'Math.max(a, b)',
  minimum: 'Math.min(a, b)',
  squaredDifference: '(a - b) * (a - b)',
  atan2: 'Math.atan2(a, b)',
};

/**
 * Integers are floats here: fractional results are rounded. Division is towards
 * zero.
 */
const INTEGER_FUNCTIONS: Partial<Record<BinaryFunction, string>> = {
  div: 'integerOf(Math.sign(a) * Math.sign(b) * floorDivOf(Math.abs(a), Math.abs(b)))',
  floorDiv: 'integerOf(floorDivOf(a, b))',
  mod: 'integerOf(a - b * floorDivOf(a, b))',
  pow: 'integerOf(roundOf(powOf(a, b)))',
};

export function arithmetic(device: Device): Pick<Kernels<GpuBuffer>, 'binary'> {
  return {
    binary(fn, a, b, out) {
      const whole = out.dtype === 'int32' ? INTEGER_FUNCTIONS[fn] : undefined;
      const walks = [a, b].map(({ shape }) => ({ strides: broadcastStrides(shape, out.shape) }));
      const name = whole ? `binary/${fn} of integers` : `binary/${fn}`;
      const program = stridedProgram(name, out.shape, ['a', 'b'], walks, whole ?? FUNCTIONS[fn]);
      device.launch(program, [a.buffer, b.buffer], out.buffer);
    },
  };
}
