import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { largestOf } from './softmax.js';

type Names = 'softmaxCrossentropy' | 'softmaxCrossentropyGradient';

const isClass = (label: number, classes: number): boolean => label >= 0 && label < classes;

/** −Σ y · ln softmax(x) over the last axis, and its gradient. */
export const softmaxCrossentropy: Required<Pick<Kernels<TypedArray>, Names>> = {
  softmaxCrossentropy({ buffer: x, shape, size }, { buffer: y, dtype }, out) {
    const length = shape[shape.length - 1];
    for (let at = 0, row = 0; at < size; at += length, row++) {
      const largest = largestOf(x, at, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += Math.exp(x[at + i] - largest);
      const logTotal = Math.log(total);
      let loss = 0;
      if (dtype !== 'int32') for (let i = 0; i < length; i++) loss -= y[at + i] * (x[at + i] - largest - logTotal);
      else if (isClass(y[row], length)) loss = logTotal - (x[at + y[row]] - largest);
      out.buffer[row] = loss;
    }
  },

  softmaxCrossentropyGradient({ buffer: g }, { buffer: x, shape, size }, { buffer: y, dtype }, out) {
    const length = shape[shape.length - 1];
    const row = new Float64Array(length);
    for (let at = 0, sample = 0; at < size; at += length, sample++) {
      const largest = largestOf(x, at, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += row[i] = Math.exp(x[at + i] - largest);
      const label = dtype === 'int32' ? y[sample] : -1;
      let sum = isClass(label, length) ? 1 : 0;
      if (dtype !== 'int32') for (let i = 0; i < length; i++) sum += y[at + i];
      for (let i = 0; i < length; i++) {
        const labelled = dtype !== 'int32' ? y[at + i] : i === label ? 1 : 0;
        out.buffer[at + i] = g[sample] * ((row[i] / total) * sum - labelled);
      }
    }
  },
};
