import type { PoolGeometry } from '../../base/geometry.js';
import type { Kernels, Operand } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';
import { eachOutputOver, eachPixelUnder, windowProgram, windowValues } from './templates/windows.js';

/** The place of a window's maximum in x: the first of equals, or the first NaN; `NOWHERE` on padding alone. */
const FIND = `const NOWHERE = 0xffffffffu;
fn maximumOf(image: i32, row: i32, column: i32, channel: u32) -> u32 {
  var best = NOWHERE;
  var largest = 0.0;
  ${eachPixelUnder(`let place = under * u.channels + channel;
      let value = x[place];
      if (best == NOWHERE || value > largest || (isNaNOf(value) && !isNaNOf(largest))) {
        best = place;
        largest = value;
      }`)}
  return best;
}`;

/** The value that an output takes from the position of its maximum. */
const over = (reads: readonly string[], scalar: string, store: string, uniforms: readonly string[] = []): Program =>
  windowProgram({
    reads,
    write: `y: ${scalar}`,
    side: 'out',
    uniforms,
    declarations: FIND,
    body: `let place = maximumOf(image, row, column, channel);
  ${store}`,
  });

const FORWARD = over(
  ['x: f32'],
  'f32',
  'if (place == NOWHERE) { y[thread] = u.least; } else { y[thread] = x[place]; }',
  ['least: f32'],
);

const GATHER = over(
  ['values: f32', 'x: f32'],
  'f32',
  'if (place == NOWHERE) { y[thread] = 0.0; } else { y[thread] = values[place]; }',
);

const INDICES = over(
  ['x: f32'],
  'i32',
  `let size = u32(u.inHeight * u.inWidth) * u.channels;
  y[thread] = select(i32(place % size), -1, place == NOWHERE);`,
);

/** An element takes the gradient of every window whose maximum it is: each is found again, since none is kept. */
const GRADIENT = windowProgram({
  reads: ['outputGradient: f32', 'x: f32'],
  write: 'y: f32',
  side: 'in',
  declarations: FIND,
  body: `var sum = 0.0;
  ${eachOutputOver(`if (maximumOf(image, i, j, channel) == thread) {
        sum += outputGradient[over * u.channels + channel];
      }`)}
  y[thread] = sum;`,
});

type Names = 'maxPool' | 'maxPoolGradient' | 'maxPoolGather' | 'maxPoolIndices';

export function maxPool(device: Device): Pick<Kernels<WebGpuBuffer>, Names> {
  const run = (
    name: Names,
    program: Program,
    inputs: readonly Operand<WebGpuBuffer>[],
    out: Operand<WebGpuBuffer>,
    geometry: PoolGeometry,
    ...rest: readonly number[]
  ): void =>
    device.launch(name, () => program, {
      reads: inputs.map((input) => input.buffer),
      writes: [out.buffer],
      uniforms: [out.size, geometry.channels, ...windowValues(geometry), ...rest],
      groups: Math.ceil(out.size / THREADS),
    });
  return {
    maxPool: (x, out, geometry) => run('maxPool', FORWARD, [x], out, geometry, Number.NEGATIVE_INFINITY),
    maxPoolGradient: (dy, x, out, geometry) => run('maxPoolGradient', GRADIENT, [dy, x], out, geometry),
    maxPoolGather: (values, x, out, geometry) => run('maxPoolGather', GATHER, [values, x], out, geometry),
    maxPoolIndices: (x, out, geometry) => run('maxPoolIndices', INDICES, [x], out, geometry),
  };
}
