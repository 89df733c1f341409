import type { PoolGeometry } from '../../base/geometry.js';
import type { Kernels, Operand } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { THREADS } from './runtime/program.js';
import {
  eachOutputOver,
  eachPixelUnder,
  vectorOf,
  type Width,
  widthFor,
  windowProgram,
  windowValues,
} from './templates/windows.js';

const forward = (width: Width) =>
  windowProgram({
    reads: [`x: ${vectorOf(width)}`],
    write: `y: ${vectorOf(width)}`,
    side: 'out',
    body: `var sum = ${vectorOf(width)}();
  var count = 0.0;
  ${eachPixelUnder(`sum += x[under * u.channels + channel];
      count += 1.0;`)}
  y[thread] = sum / max(count, 1.0);`,
  });

/**
 * An element receives the gradient of every output whose window contains it, divided by the real pixels of the window.
 */
const gradient = (width: Width) =>
  windowProgram({
    reads: [`outputGradient: ${vectorOf(width)}`],
    write: `y: ${vectorOf(width)}`,
    side: 'in',
    // The number of cells, from `first` on in steps, that are inside.
    declarations: `fn inside(first: i32, cells: i32, step: i32, size: i32) -> i32 {
  let before = max(0, (step - 1 - first) / step);
  let all = (size - first + step - 1) / step;
  return min(cells, all) - min(before, cells);
}`,
    body: `var sum = ${vectorOf(width)}();
  ${eachOutputOver(`let rows = inside(i * u.strideHeight - u.padTop, u.filterHeight, u.dilationHeight, u.inHeight);
      let columns = inside(j * u.strideWidth - u.padLeft, u.filterWidth, u.dilationWidth, u.inWidth);
      sum += outputGradient[over * u.channels + channel] / f32(rows * columns);`)}
  y[thread] = sum;`,
  });

export function avgPool(device: Device): Pick<Kernels<WebGpuBuffer>, 'avgPool' | 'avgPoolGradient'> {
  const run = (
    name: string,
    program: typeof forward,
    x: Operand<WebGpuBuffer>,
    out: Operand<WebGpuBuffer>,
    geometry: PoolGeometry,
  ): void => {
    const width = widthFor(geometry.channels);
    const count = out.size / width;
    device.launch(`${name}/${width}`, () => program(width), {
      reads: [x.buffer],
      writes: [out.buffer],
      uniforms: [count, geometry.channels / width, ...windowValues(geometry)],
      groups: Math.ceil(count / THREADS),
    });
  };
  return {
    avgPool: (x, out, geometry) => run('avgPool', forward, x, out, geometry),
    avgPoolGradient: (dy, out, geometry) => run('avgPoolGradient', gradient, dy, out, geometry),
  };
}
