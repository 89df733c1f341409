import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './buffer.js';
import type { Device } from './device.js';
import { epilogueText } from './epilogue.js';
import { divide } from './program.js';

/** Steps of the inner sum that are added up by themselves first: sums of sums round less. */
const RUN = 64;

export function matMul(device: Device): Pick<Kernels<GpuBuffer>, 'matMul'> {
  return {
    matMul(a, b, out, { m, k, n, transposeA, transposeB, batchA, batchB }, epilogue) {
      const finish = epilogueText(epilogue);
      const constants = {
        m,
        k,
        n,
        runs: Math.ceil(k / RUN),
        run: Math.min(k, RUN),
        rowStep: transposeA ? 1 : k,
        aStep: transposeA ? m : 1,
        bStep: transposeB ? 1 : n,
        columnStep: transposeB ? k : 1,
      };
      const source = `function (a, b, matricesA, matricesB${finish.parameters}) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.n', 'line', 'channel')}
  ${divide('line', 'this.constants.m', 'entry', 'row')}
  const fromA = matricesA[entry] * this.constants.m * this.constants.k + row * this.constants.rowStep;
  const fromB = matricesB[entry] * this.constants.k * this.constants.n + channel * this.constants.columnStep;
  let sum = 0;
  for (let r = 0; r < this.constants.runs; r++) {
    let part = 0;
    for (let s = 0; s < this.constants.run; s++) {
      const i = r * this.constants.run + s;
      if (i < this.constants.k) {
        part += a[fromA + i * this.constants.aStep] * b[fromB + i * this.constants.bStep];
      }
    }
    sum += part;
  }
  ${finish.text}
}`;
      const matricesA = device.upload(Float32Array.from(batchA));
      const matricesB = device.upload(Float32Array.from(batchB));
      try {
        const program = { name: `matMul${finish.name}`, source, constants };
        // Without an inner axis there is nothing to read: any array stands in.
        const operands = k === 0 ? [matricesA, matricesB] : [a.buffer, b.buffer];
        device.run(program, [...operands, matricesA, matricesB, ...finish.inputs], out.buffer);
      } finally {
        device.free(matricesA);
        device.free(matricesB);
      }
    },
  };
}
