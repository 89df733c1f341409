import type { Comparison, Kernels, UnaryTest } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { flatMap, map } from './templates/map.js';
import { broadcastWalk } from './templates/walk.js';

/** Conditions in `a` and `b`, of one type. */
const COMPARISONS: Readonly<Record<Comparison, string>> = {
  equal: 'a == b',
  notEqual: 'a != b',
  less: 'a < b',
  lessEqual: 'a <= b',
  greater: 'a > b',
  greaterEqual: 'a >= b',
  logicalAnd: 'bool(a) && bool(b)',
  logicalOr: 'bool(a) || bool(b)',
  logicalXor: 'bool(a) != bool(b)',
};

/** Conditions in `a`, a float. */
const FLOAT_TESTS: Readonly<Record<UnaryTest, string>> = {
  isNaN: 'isNaNOf(a)',
  isInf: '(bitcast<u32>(a) & 0x7fffffffu) == 0x7f800000u',
  isFinite: 'isFiniteOf(a)',
  logicalNot: 'a == 0.0',
};

/** Conditions in `a`, an integer or a bool. */
const TESTS: Readonly<Record<UnaryTest, string>> = {
  isNaN: 'false',
  isInf: 'false',
  isFinite: 'true',
  logicalNot: '!bool(a)',
};

export function comparison(device: Device): Pick<Kernels<WebGpuBuffer>, 'compare' | 'test' | 'select'> {
  return {
    compare(fn, a, b, out) {
      // Drivers may assume that there is no NaN, and compile `!=` to `<` or `>`.
      const isFloat = a.dtype === 'float32' && (fn === 'equal' || fn === 'notEqual');
      const noNaN = fn === 'equal' ? ' && !isNaNOf(a) && !isNaNOf(b)' : ' || isNaNOf(a) || isNaNOf(b)';
      map(device, {
        name: `compare/${fn}`,
        shape: out.shape,
        size: out.size,
        operands: [broadcastWalk(a, out.shape), broadcastWalk(b, out.shape)],
        out: out.buffer,
        scalar: 'u32',
        body: `return select(0u, 1u, ${COMPARISONS[fn]}${isFloat ? noNaN : ''});`,
      });
    },

    test(fn, x, out) {
      const tests = x.dtype === 'float32' ? FLOAT_TESTS : TESTS;
      flatMap(device, `test/${fn}`, [x], out, `return select(0u, 1u, ${tests[fn]});`);
    },

    select(condition, a, b, out) {
      const word = (operand: typeof a) => ({ ...broadcastWalk(operand, out.shape), scalar: 'u32' as const });
      map(device, {
        name: 'select',
        shape: out.shape,
        size: out.size,
        operands: [word(condition), word(a), word(b)],
        out: out.buffer,
        scalar: 'u32',
        body: 'return select(c, b, a != 0u);',
      });
    },
  };
}
