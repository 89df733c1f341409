import type { DType } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';

const FILL: Program = {
  reads: [],
  writes: ['y: vec4<u32>'],
  uniforms: ['count: u32', 'word: u32'],
  main: `let thread = group * ${THREADS}u + local;
  if (thread < u.count) { y[thread] = vec4<u32>(u.word); }`,
};

const ONE_HOT: Program = {
  reads: ['indices: i32'],
  writes: ['y: u32'],
  uniforms: ['count: u32', 'depth: u32', 'on: u32', 'off: u32'],
  main: `let thread = group * ${THREADS}u + local;
  if (thread < u.count) {
    y[thread] = select(u.off, u.on, indices[thread / u.depth] == i32(thread % u.depth));
  }`,
};

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

/** The four bytes that hold a value. */
export function wordOf(value: number, dtype: DType): number {
  if (dtype === 'bool') return value !== 0 ? 1 : 0;
  if (dtype === 'int32') return value >>> 0;
  floats[0] = value;
  return words[0];
}

export function creation(device: Device): Pick<Kernels<WebGpuBuffer>, 'fill' | 'oneHot'> {
  return {
    fill(out, value) {
      const count = Math.ceil(out.size / 4);
      device.launch('fill', () => FILL, {
        reads: [],
        writes: [out.buffer],
        uniforms: [count, wordOf(value, out.dtype)],
        groups: Math.ceil(count / THREADS),
      });
    },

    oneHot(indices, out, on, off) {
      const depth = out.shape[out.shape.length - 1];
      device.launch('oneHot', () => ONE_HOT, {
        reads: [indices.buffer],
        writes: [out.buffer],
        uniforms: [out.size, depth, wordOf(on, out.dtype), wordOf(off, out.dtype)],
        groups: Math.ceil(out.size / THREADS),
      });
    },
  };
}
