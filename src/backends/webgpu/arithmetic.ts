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

export function arithmetic(device: Device): Pick<Kernels<WebGpuBuffer>, 'binary'> {
  return {
    binary(fn, a, b, out) {
      const functions = out.dtype === 'float32' ? FUNCTIONS : INTEGER_FUNCTIONS;
      map(device, {
        name: `binary/${fn}`,
        shape: out.shape,
        size: out.size,
        operands: [broadcastWalk(a, out.shape), broadcastWalk(b, out.shape)],
        out: out.buffer,
        scalar: scalarOf(out.dtype),
        body: `return ${functions[fn]};`,
      });
    },
  };
}
