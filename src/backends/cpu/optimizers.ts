import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

/** The update rules of Keras 3; weights and state change in place. */
export const optimizers: Pick<Kernels<TypedArray>, 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate'> = {
  /**
   * v ← momentum · v − learningRate · g, w ← w + v; with Nesterov's look-ahead w ← w + momentum · v − learningRate · g.
   */
  sgdUpdate(weight, velocity, gradient, { learningRate, momentum, nesterov }) {
    const w = weight.buffer;
    const g = gradient.buffer;
    if (!velocity) {
      for (let i = 0; i < w.length; i++) w[i] -= learningRate * g[i];
      return;
    }
    const v = velocity.buffer;
    for (let i = 0; i < w.length; i++) {
      const step = learningRate * g[i];
      const next = momentum * v[i] - step;
      v[i] = next;
      w[i] += nesterov ? momentum * next - step : next;
    }
  },

  /** @see Kingma and Ba, arXiv:1412.6980; weight decay: Loshchilov and Hutter, arXiv:1711.05101 */
  adamUpdate(weight, firstMoment, secondMoment, gradient, { stepSize, beta1, beta2, epsilon, decay }) {
    const w = weight.buffer;
    const m = firstMoment.buffer;
    const v = secondMoment.buffer;
    const g = gradient.buffer;
    for (let i = 0; i < w.length; i++) {
      const first = beta1 * m[i] + (1 - beta1) * g[i];
      const second = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      m[i] = first;
      v[i] = second;
      w[i] = w[i] - decay * w[i] - (stepSize * first) / (Math.sqrt(second) + epsilon);
    }
  },

  /** @see Tieleman and Hinton, Coursera lecture 6e, 2012 */
  rmspropUpdate(weight, meanSquare, velocity, gradient, { learningRate, rho, momentum, epsilon }) {
    const w = weight.buffer;
    const s = meanSquare.buffer;
    const g = gradient.buffer;
    for (let i = 0; i < w.length; i++) {
      const square = rho * s[i] + (1 - rho) * g[i] * g[i];
      s[i] = square;
      const step = (learningRate * g[i]) / Math.sqrt(square + epsilon);
      if (velocity) {
        const next = momentum * velocity.buffer[i] + step;
        velocity.buffer[i] = next;
        w[i] -= next;
      } else {
        w[i] -= step;
      }
    }
  },

  /** @see Duchi et al., JMLR 12, 2011 */
  adagradUpdate(weight, accumulator, gradient, { learningRate, epsilon }) {
    const w = weight.buffer;
    const a = accumulator.buffer;
    const g = gradient.buffer;
    for (let i = 0; i < w.length; i++) {
      const square = a[i] + g[i] * g[i];
      a[i] = square;
      w[i] -= (learningRate * g[i]) / Math.sqrt(square + epsilon);
    }
  },
};
