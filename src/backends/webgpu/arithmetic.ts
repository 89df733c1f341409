import type { BinaryFunction, Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { map } from './templates/map.js';
import { broadcastWalk, scalarOf } from './templates/walk.js';

/** Expressions in `a` and `b`. */
const FUNCTIONS: Readonly<Record<BinaryFunction, string>> = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  div: 'a / b',
  floorDiv: 'floorDivOf(a, b)',
  mod: 'a - b * floorDivOf(a, b)',
  pow: 'powOf(a, b)',
  maximum: 'maxOf(a, b)',
  minimum: 'minOf(a, b)',
  squaredDifference: '(a - b) * (a - b)',
  atan2: 'atan2Of(a, b)',
};

const INTEGER_FUNCTIONS: Readonly<Record<BinaryFunction, string>> = {
  ...FUNCTIONS,
  div: 'quotientOf(a, b)',
  floorDiv: 'quotientOf(a - integerModOf(a, b), b)',
  mod: 'integerModOf(a, b)',
  pow: 'integerPowOf(a, b)',
  maximum: 'max(a, b)',
  minimum: 'min(a, b)',
  atan2: 'integerOf(atan2Of(f32(a), f32(b)))',
};

/**
 * The four most frequent functions of floats are one program, and its uniform says which: all four of an element take a
 * GPU a fraction of the time of its twelve bytes.
 */
const FREQUENT: readonly BinaryFunction[] = ['add', 'sub', 'mul', 'div'];
const FREQUENT_BODY = `let linear = select(a + b, a - b, u.operation == 1.0);
  return select(linear, select(a * b, a / b, u.operation == 3.0), u.operation >= 2.0);`;

export function arithmetic(device: Device): Pick<Kernels<WebGpuBuffer>, 'binary'> {
  return {
    binary(fn, a, b, out) {
      const isFloat = out.dtype === 'float32';
      const functions = isFloat ? FUNCTIONS : INTEGER_FUNCTIONS;
      const frequent = isFloat ? FREQUENT.indexOf(fn) : -1;
      map(device, {
        name: frequent < 0 ? `binary/${fn}` : `binary/${FREQUENT.join('|')}`,
        shape: out.shape,
        size: out.size,
        operands: [broadcastWalk(a, out.shape), broadcastWalk(b, out.shape)],
        out: out.buffer,
        scalar: scalarOf(out.dtype),
        ...(frequent < 0
          ? { body: `return ${functions[fn]};` }
          : { body: FREQUENT_BODY, uniforms: { operation: frequent } }),
      });
    },
  };
}
