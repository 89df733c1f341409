import { adjointTaps } from '../adjoint-taps.js';
import type { Kernels, Operand, Taps } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { imagePlace } from './runtime/program.js';

const SOURCE = `function (x, rowIndex, rowWeight, columnIndex, columnWeight) {
  ${imagePlace('outHeight', 'outWidth', 'channels')}
  let sum = 0;
  for (let t = 0; t < this.constants.rowTaps; t++) {
    const y = rowIndex[row * this.constants.rowTaps + t];
    let part = 0;
    for (let u = 0; u < this.constants.columnTaps; u++) {
      const z = columnIndex[column * this.constants.columnTaps + u];
      const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
      part += columnWeight[column * this.constants.columnTaps + u] * x[under * this.constants.channels + channel];
    }
    sum += rowWeight[row * this.constants.rowTaps + t] * part;
  }
  return sum;
}`;

export function resize(device: Device): Pick<Kernels<GpuBuffer>, 'resample' | 'resampleGradient'> {
  const resample = (x: Operand<GpuBuffer>, out: Operand<GpuBuffer>, rows: Taps, columns: Taps): void => {
    const constants = {
      inHeight: rows.inSize,
      inWidth: columns.inSize,
      outHeight: rows.outSize,
      outWidth: columns.outSize,
      channels: x.shape[3],
      rowTaps: rows.taps,
      columnTaps: columns.taps,
    };
    const lists = [rows.index, rows.weight, columns.index, columns.weight];
    const tables = lists.map((list) => device.upload(Float32Array.from(list)));
    try {
      device.launch({ name: 'resample', source: SOURCE, constants }, [x.buffer, ...tables], out.buffer);
    } finally {
      for (const table of tables) device.free(table);
    }
  };
  return {
    resample,
    resampleGradient: (outputGradient, out, rows, columns) =>
      resample(outputGradient, out, adjointTaps(rows), adjointTaps(columns)),
  };
}
