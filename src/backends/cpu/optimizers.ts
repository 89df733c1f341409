import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, WeightUpdate } from '../kernels.js';

type Optimizers = Pick<Kernels<TypedArray>, 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate'>;

/** Apply the rule of one weight to each. */
const forEach =
  <Settings>(rule: (update: WeightUpdate<TypedArray>, settings: Settings) => void) =>
  (updates: readonly WeightUpdate<TypedArray>[], settings: Settings): void => {
    for (const update of updates) rule(update, settings);
  };

/** The update rules of Keras 3; weights and state change in place. */
export const optimizers: Optimizers = {
  /**
   * v ← momentum · v − learningRate · g, w ← w + v; with Nesterov's look-ahead w ← w + momentum · v − learningRate · g.
   */
  sgdUpdate: forEach(({ weight, state: [velocity], gradient }, { learningRate, momentum, nesterov }) => {
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
  }),

  /** @see Kingma and Ba, arXiv:1412.6980; weight decay: Loshchilov and Hutter, arXiv:1711.05101 */
  adamUpdate: forEach(({ weight, state, gradient }, { stepSize, beta1, beta2, epsilon, decay }) => {
    const w = weight.buffer;
    const [{ buffer: m }, { buffer: v }] = state;
    const g = gradient.buffer;
    for (let i = 0; i < w.length; i++) {
      const first = beta1 * m[i] + (1 - beta1) * g[i];
      const second = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      m[i] = first;
      v[i] = second;
      w[i] = w[i] - decay * w[i] - (stepSize * first) / (Math.sqrt(second) + epsilon);
    }
  }),

  /** @see Tieleman and Hinton, Coursera lecture 6e, 2012 */
  rmspropUpdate: forEach(({ weight, state, gradient }, { learningRate, rho, momentum, epsilon }) => {
    const w = weight.buffer;
    const [{ buffer: s }, velocity] = state;
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
  }),

  /** @see Duchi et al., JMLR 12, 2011 */
  adagradUpdate: forEach(({ weight, state: [accumulator], gradient }, { learningRate, epsilon }) => {
    const w = weight.buffer;
    const a = accumulator.buffer;
    const g = gradient.buffer;
    for (let i = 0; i < w.length; i++) {
      const square = a[i] + g[i] * g[i];
      a[i] = square;
      w[i] -= (learningRate * g[i]) / Math.sqrt(square + epsilon);
    }
  }),
};
