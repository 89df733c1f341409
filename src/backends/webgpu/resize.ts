import { adjointTaps } from '../adjoint-taps.js';
import type { Kernels, Operand, Taps } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';
import { vectorOf, type Width, widthFor } from './templates/windows.js';

const resampleProgram = (width: Width): Program => ({
  reads: [`x: ${vectorOf(width)}`, 'rowIndex: u32', 'rowWeight: f32', 'columnIndex: u32', 'columnWeight: f32'],
  writes: [`y: ${vectorOf(width)}`],
  uniforms: [
    'count: u32',
    'channels: u32',
    'inHeight: u32',
    'inWidth: u32',
    'outHeight: u32',
    'outWidth: u32',
    'rowTaps: u32',
    'columnTaps: u32',
  ],
  main: `let thread = group * ${THREADS}u + local;
  if (thread >= u.count) { return; }
  let channel = thread % u.channels;
  let pixel = thread / u.channels;
  let column = pixel % u.outWidth * u.columnTaps;
  let row = pixel / u.outWidth % u.outHeight * u.rowTaps;
  let image = pixel / u.outWidth / u.outHeight;
  var sum = ${vectorOf(width)}();
  for (var t = 0u; t < u.rowTaps; t++) {
    let line = (image * u.inHeight + rowIndex[row + t]) * u.inWidth;
    var part = ${vectorOf(width)}();
    for (var v = 0u; v < u.columnTaps; v++) {
      part += columnWeight[column + v] * x[(line + columnIndex[column + v]) * u.channels + channel];
    }
    sum += rowWeight[row + t] * part;
  }
  y[thread] = sum;`,
});

export function resize(device: Device): Pick<Kernels<WebGpuBuffer>, 'resample' | 'resampleGradient'> {
  const resample = (x: Operand<WebGpuBuffer>, out: Operand<WebGpuBuffer>, rows: Taps, columns: Taps): void => {
    const width = widthFor(x.shape[3]);
    const tables = [rows, columns].flatMap(({ index, weight }) => [
      device.upload(index),
      device.upload(Float32Array.from(weight)),
    ]);
    const count = out.size / width;
    const sizes = [rows.inSize, columns.inSize, rows.outSize, columns.outSize];
    device.launch(`resample/${width}`, () => resampleProgram(width), {
      reads: [x.buffer, ...tables],
      writes: [out.buffer],
      uniforms: [count, x.shape[3] / width, ...sizes, rows.taps, columns.taps],
      groups: Math.ceil(count / THREADS),
    });
    for (const table of tables) device.free(table);
  };
  return {
    resample,
    resampleGradient: (outputGradient, out, rows, columns) =>
      resample(outputGradient, out, adjointTaps(rows), adjointTaps(columns)),
  };
}
