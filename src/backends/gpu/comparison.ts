import { broadcastStrides } from '../../base/shape.js';
import type { Comparison, Kernels, Operand, UnaryTest } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { stridedProgram } from './shared/strided.js';

/** Conditions in `a` and `b`. */
const COMPARISONS: Readonly<Record<Comparison, string>> = {
  equal: 'a === b',
  // Drivers may compile `!==` to `< or >`, which is false for NaN; `===` is false for it everywhere.
  notEqual: '!(a === b)',
  less: 'a < b',
  lessEqual: 'a <= b',
  greater: 'a > b',
  greaterEqual: 'a >= b',
  logicalAnd: 'a !== 0 && b !== 0',
  logicalOr: 'a !== 0 || b !== 0',
  logicalXor: '(a !== 0 && b === 0) || (a === 0 && b !== 0)',
};

/** Conditions in `value`; `largest` is float32's. */
const TESTS: Readonly<Record<UnaryTest, string>> = {
  isNaN: 'isNaNOf(value) > 0',
  isInf: 'isNaNOf(value) < 1 && Math.abs(value) > largest',
  isFinite: 'isNaNOf(value) < 1 && Math.abs(value) <= largest',
  logicalNot: 'value === 0',
};

const LARGEST = 3.4028234663852886e38;

export function comparison(device: Device): Pick<Kernels<GpuBuffer>, 'compare' | 'test' | 'select'> {
  const walkOver = (out: Operand<GpuBuffer>) => (operand: Operand<GpuBuffer>) => ({
    strides: broadcastStrides(operand.shape, out.shape),
  });
  return {
    compare(fn, a, b, out) {
      const walks = [a, b].map(walkOver(out));
      const program = stridedProgram(`compare/${fn}`, out.shape, ['a', 'b'], walks, `${COMPARISONS[fn]} ? 1 : 0`);
      device.launch(program, [a.buffer, b.buffer], out.buffer);
    },

    test(fn, x, out) {
      const source = `function (x, largest) {
  const value = x[this.thread.x];
  return ${TESTS[fn]} ? 1 : 0;
}`;
      device.launch({ name: `test/${fn}`, source }, [x.buffer, LARGEST], out.buffer);
    },

    select(condition, a, b, out) {
      const walks = [condition, a, b].map(walkOver(out));
      const program = stridedProgram('select', out.shape, ['c', 'a', 'b'], walks, 'c !== 0 ? a : b');
      device.launch(program, [condition.buffer, a.buffer, b.buffer], out.buffer);
    },
  };
}
