import type { Kernels, RandomState } from '../kernels.js';
import { wordOf } from './creation.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';

/** Number `unit` of 2²⁴ of the stream, at a 64-bit position. */
const draw = (scalar: string, uniforms: readonly string[], store: string): Program => ({
  reads: [],
  writes: [`y: ${scalar}`],
  uniforms: ['count: u32', 'key: u32', 'low: u32', 'high: u32', ...uniforms],
  main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.count) { return; }
  let low = u.low + thread;
  let unit = randomOf(u.key, low, u.high + select(0u, 1u, low < thread));
  ${store}`,
});

/** Rounding can reach the upper bound. */
const UNIFORM = draw(
  'f32',
  ['least: f32', 'end: f32', 'range: f32'],
  `let value = u.least + u.range * (f32(unit) * 0x1p-24);
  y[thread] = select(value, u.least, value >= u.end);`,
);

/** The integer part of range · unit / 2²⁴, from a 64-bit product, which no float can represent. */
const INTEGERS = draw(
  'u32',
  ['least: u32', 'range: u32'],
  'y[thread] = u.least + ((multiplyHigh(u.range, unit) << 8u) | ((u.range * unit) >> 24u));',
);

const MASK = draw('u32', ['threshold: u32', 'kept: u32'], 'y[thread] = select(u.kept, 0u, unit < u.threshold);');

/** Each thread draws its own numbers: the generator has a position for each, so no thread waits for another. */
export function random(device: Device): Pick<Kernels<WebGpuBuffer>, 'randomUniform' | 'dropoutMask'> {
  const run = (
    name: string,
    program: Program,
    { buffer, size }: { readonly buffer: WebGpuBuffer; readonly size: number },
    { key, counter }: RandomState,
    uniforms: readonly number[],
  ): void =>
    device.launch(name, () => program, {
      reads: [],
      writes: [buffer],
      uniforms: [size, key, counter, Math.floor(counter / 2 ** 32), ...uniforms],
      groups: Math.ceil(size / THREADS),
    });
  return {
    randomUniform(out, state, low, high) {
      if (out.dtype === 'float32') run('randomUniform', UNIFORM, out, state, [low, high, high - low]);
      else run('randomUniform of integers', INTEGERS, out, state, [low, high - low]);
    },

    dropoutMask(out, state, rate) {
      run('dropoutMask', MASK, out, state, [Math.ceil(rate * 2 ** 24), wordOf(1 / (1 - rate), out.dtype)]);
    },
  };
}
