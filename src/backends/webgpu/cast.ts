import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { flatMap } from './templates/map.js';
import { type Scalar, scalarOf } from './templates/walk.js';

const BODIES: Readonly<Record<Scalar, Readonly<Record<Scalar, string>>>> = {
  f32: {
    f32: 'return a;',
    i32: 'return integerOf(a);',
    // NaN is not zero.
    u32: 'return select(0u, 1u, (bitcast<u32>(a) & 0x7fffffffu) != 0u);',
  },
  i32: { f32: 'return f32(a);', i32: 'return a;', u32: 'return select(0u, 1u, a != 0);' },
  u32: { f32: 'return f32(a);', i32: 'return i32(a);', u32: 'return a;' },
};

export function cast(device: Device): Pick<Kernels<WebGpuBuffer>, 'cast'> {
  return {
    cast(x, out) {
      flatMap(device, 'cast', [x], out, BODIES[scalarOf(x.dtype)][scalarOf(out.dtype)]);
    },
  };
}
