import type { Kernels } from '../kernels.js';
import { matrixStep } from '../matrix-step.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';
import { epilogueText } from './shared/epilogue.js';

/** Length of partial sums, which reduce rounding errors. */
const RUN = 64;

export function matMul(device: Device): Pick<Kernels<GpuBuffer>, 'matMul'> {
  return {
    matMul(a, b, out, { m, k, n, transposeA, transposeB, batchA, batchB }, epilogue) {
      const finish = epilogueText(epilogue);
      const [stepA, stepB] = [matrixStep(batchA), matrixStep(batchB)];
      const listed = stepA === undefined || stepB === undefined;
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
        ...(listed ? {} : { stepA, stepB }),
      };
      const source = `function (a, b${listed ? ', matricesA, matricesB' : ''}${finish.parameters}) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.n', 'line', 'channel')}
  ${divide('line', 'this.constants.m', 'entry', 'row')}
  const matrixA = ${listed ? 'matricesA[entry]' : 'entry * this.constants.stepA'};
  const matrixB = ${listed ? 'matricesB[entry]' : 'entry * this.constants.stepB'};
  const fromA = matrixA * this.constants.m * this.constants.k + row * this.constants.rowStep;
  const fromB = matrixB * this.constants.k * this.constants.n + channel * this.constants.columnStep;
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
      const program = { name: `matMul${listed ? ' of listed matrices' : ''}${finish.name}`, source, constants };
      const uploaded = listed ? [batchA, batchB].map((list) => device.upload(Float32Array.from(list))) : [];
      // Nothing is read if the inner axis is empty, but gpu.js needs arrays.
      if (k === 0) uploaded.unshift(device.upload(Float32Array.of(0)));
      const operands = k === 0 ? [uploaded[0], uploaded[0]] : [a.buffer, b.buffer];
      try {
        device.launch(program, [...operands, ...uploaded.slice(k === 0 ? 1 : 0), ...finish.inputs], out.buffer);
      } finally {
        for (const buffer of uploaded) device.free(buffer);
      }
    },
  };
}
