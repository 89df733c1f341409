import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { addProductWithTransposed, partsOf, sigmoid } from './recurrent.js';
import { addScaled } from './rows.js';

/** The formulas are in ops/recurrent/lstm.ts. */
export const lstm: Required<Pick<Kernels<TypedArray>, 'lstm' | 'lstmGradient'>> = {
  lstm(z, recurrentKernel, hidden, cell, mask, out, { time, batch, units }) {
    const [gates, states] = partsOf(out.buffer, time * batch * 5 * units);
    const sums = new Float64Array(4 * units);
    for (let step = 0; step < time; step++) {
      for (let row = 0; row < batch; row++) {
        const place = step * batch + row;
        const before = place - batch;
        const previousH = step > 0 ? states.subarray(before * units) : hidden?.buffer.subarray(row * units);
        const previousC = step > 0 ? gates.subarray((before * 5 + 4) * units) : cell?.buffer.subarray(row * units);
        const own = gates.subarray(place * 5 * units, (place + 1) * 5 * units);
        sums.set(z.buffer.subarray(place * 4 * units, (place + 1) * 4 * units));
        for (let k = 0; previousH && k < units; k++) {
          addScaled(sums, 0, previousH[k], recurrentKernel.buffer, k * 4 * units, 4 * units);
        }
        const counts = mask?.buffer[place] !== 0;
        for (let u = 0; u < units; u++) {
          const i = sigmoid(sums[u]);
          const f = sigmoid(sums[units + u]);
          const g = Math.tanh(sums[2 * units + u]);
          const o = sigmoid(sums[3 * units + u]);
          const past = previousC?.[u] ?? 0;
          const c = counts ? f * past + i * g : past;
          own[u] = i;
          own[units + u] = f;
          own[2 * units + u] = g;
          own[3 * units + u] = o;
          own[4 * units + u] = c;
          states[place * units + u] = counts ? o * Math.tanh(c) : (previousH?.[u] ?? 0);
          if (step === time - 1) states[(time * batch + row) * units + u] = c;
        }
      }
    }
  },

  lstmGradient(outputGradient, gates, recurrentKernel, cell, mask, out, { time, batch, units }) {
    const gradients = new Float64Array(4 * units);
    const dh = new Float64Array(units);
    const dc = new Float64Array(units);
    for (let row = 0; row < batch; row++) {
      dh.fill(0);
      dc.set(outputGradient.buffer.subarray((time * batch + row) * units, (time * batch + row + 1) * units));
      for (let step = time - 1; step >= 0; step--) {
        const place = step * batch + row;
        for (let u = 0; u < units; u++) dh[u] += outputGradient.buffer[place * units + u];
        gradients.fill(0);
        if (mask?.buffer[place] !== 0) {
          const own = gates.buffer.subarray(place * 5 * units);
          const past = step > 0 ? gates.buffer.subarray(((place - batch) * 5 + 4) * units) : null;
          for (let u = 0; u < units; u++) {
            const [i, f, g, o] = [own[u], own[units + u], own[2 * units + u], own[3 * units + u]];
            const squashed = Math.tanh(own[4 * units + u]);
            const previous = past ? past[u] : (cell?.buffer[row * units + u] ?? 0);
            dc[u] += dh[u] * o * (1 - squashed * squashed);
            gradients[u] = dc[u] * g * i * (1 - i);
            gradients[units + u] = dc[u] * previous * f * (1 - f);
            gradients[2 * units + u] = dc[u] * i * (1 - g * g);
            gradients[3 * units + u] = dh[u] * squashed * o * (1 - o);
            dc[u] *= f;
          }
          dh.fill(0);
          addProductWithTransposed(dh, gradients, recurrentKernel.buffer);
        }
        out.buffer.set(gradients, place * 4 * units);
      }
      if (out.shape[0] === time) continue;
      const initial = (time * batch + row) * 4 * units;
      out.buffer.set(dh, initial);
      out.buffer.set(dc, initial + units);
      out.buffer.fill(0, initial + 2 * units, initial + 4 * units);
    }
  },
};
