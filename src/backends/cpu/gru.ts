import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { addProductWithTransposed, partsOf, sigmoid } from './recurrent.js';
import { addScaled } from './rows.js';

/** The formulas are in ops/recurrent/gru.ts. */
export const gru: Required<Pick<Kernels<TypedArray>, 'gru' | 'gruGradient'>> = {
  gru(z, recurrentKernel, recurrentBias, hidden, mask, out, { time, batch, units }) {
    const [gates, states] = partsOf(out.buffer, time * batch * 4 * units);
    const sums = new Float64Array(3 * units);
    for (let step = 0; step < time; step++) {
      for (let row = 0; row < batch; row++) {
        const place = step * batch + row;
        const before = step > 0 ? states.subarray((place - batch) * units) : hidden?.buffer.subarray(row * units);
        const input = z.buffer.subarray(place * 3 * units);
        const own = gates.subarray(place * 4 * units);
        sums.fill(0);
        if (recurrentBias) sums.set(recurrentBias.buffer);
        for (let k = 0; before && k < units; k++) {
          addScaled(sums, 0, before[k], recurrentKernel.buffer, k * 3 * units, 3 * units);
        }
        const counts = mask?.buffer[place] !== 0;
        for (let u = 0; u < units; u++) {
          const update = sigmoid(input[u] + sums[u]);
          const reset = sigmoid(input[units + u] + sums[units + u]);
          const recurrent = sums[2 * units + u];
          const candidate = Math.tanh(input[2 * units + u] + reset * recurrent);
          const past = before?.[u] ?? 0;
          own[u] = update;
          own[units + u] = reset;
          own[2 * units + u] = candidate;
          own[3 * units + u] = recurrent;
          states[place * units + u] = counts ? update * past + (1 - update) * candidate : past;
        }
      }
    }
  },

  gruGradient(outputGradient, gates, recurrentKernel, hidden, mask, out, { time, batch, units }) {
    const [values, states] = partsOf(gates.buffer, time * batch * 4 * units);
    const gradients = new Float64Array(4 * units);
    const dh = new Float64Array(units);
    for (let row = 0; row < batch; row++) {
      dh.fill(0);
      for (let step = time - 1; step >= 0; step--) {
        const place = step * batch + row;
        for (let u = 0; u < units; u++) dh[u] += outputGradient.buffer[place * units + u];
        gradients.fill(0);
        if (mask?.buffer[place] !== 0) {
          const own = values.subarray(place * 4 * units);
          const before = step > 0 ? states.subarray((place - batch) * units) : hidden?.buffer.subarray(row * units);
          for (let u = 0; u < units; u++) {
            const [update, reset, candidate, recurrent] = [0, 1, 2, 3].map((gate) => own[gate * units + u]);
            const past = before?.[u] ?? 0;
            const dCandidate = dh[u] * (1 - update) * (1 - candidate * candidate);
            gradients[u] = dh[u] * (past - candidate) * update * (1 - update);
            gradients[units + u] = dCandidate * recurrent * reset * (1 - reset);
            gradients[2 * units + u] = dCandidate * reset;
            gradients[3 * units + u] = dCandidate;
            dh[u] *= update;
          }
          addProductWithTransposed(dh, gradients.subarray(0, 3 * units), recurrentKernel.buffer);
        }
        out.buffer.set(gradients, place * 4 * units);
      }
      if (out.shape[0] === time) continue;
      const initial = (time * batch + row) * 4 * units;
      out.buffer.set(dh, initial);
      out.buffer.fill(0, initial + units, initial + 4 * units);
    }
  },
};
