import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';

/*
 * The update rules of Keras 3, see cpu/optimizers.ts. A kernel has one result, so a rule with state needs a kernel for
 * each array it changes; "in place" means that the handle gets the new values and releases the old ones. Scalars are
 * arguments, not constants: learning rates change between steps, and a new constant would be compiled.
 */

const at = (parameters: string, result: string) => `function (${parameters}) {
  const i = this.thread.x;
  return ${result};
}`;

const PROGRAMS = {
  sgd: at('weight, gradient, rate', 'weight[i] - rate * gradient[i]'),
  velocity: at('velocity, gradient, momentum, rate', 'momentum * velocity[i] - rate * gradient[i]'),
  add: at('weight, step', 'weight[i] + step[i]'),
  nesterov: at('weight, velocity, gradient, momentum, rate', 'weight[i] + momentum * velocity[i] - rate * gradient[i]'),
  mean: at('mean, gradient, decay', 'decay * mean[i] + (1 - decay) * gradient[i]'),
  meanSquare: at('mean, gradient, decay', 'decay * mean[i] + (1 - decay) * gradient[i] * gradient[i]'),
  adam: at(
    'weight, first, second, stepSize, epsilon, decay',
    'weight[i] - decay * weight[i] - stepSize * first[i] / (Math.sqrt(second[i]) + epsilon)',
  ),
  scaled: at(
    'weight, square, gradient, rate, epsilon',
    'weight[i] - rate * gradient[i] / Math.sqrt(square[i] + epsilon)',
  ),
  scaledVelocity: at(
    'velocity, square, gradient, momentum, rate, epsilon',
    'momentum * velocity[i] + rate * gradient[i] / Math.sqrt(square[i] + epsilon)',
  ),
  subtract: at('weight, step', 'weight[i] - step[i]'),
  squareSum: at('sum, gradient', 'sum[i] + gradient[i] * gradient[i]'),
} as const;

type Names = 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate';

export function optimizers(device: Device): Pick<Kernels<GpuBuffer>, Names> {
  /** Replace the values of `target` by the result of a program that reads them and `rest`. */
  const update = (name: keyof typeof PROGRAMS, target: GpuBuffer, ...rest: readonly (GpuBuffer | number)[]): void =>
    device.launch({ name: `optimizer/${name}`, source: PROGRAMS[name] }, [target, ...rest], target);

  return {
    sgdUpdate(updates, { learningRate, momentum, nesterov }) {
      for (const { weight, state, gradient } of updates) {
        const [velocity] = state;
        if (!velocity) {
          update('sgd', weight.buffer, gradient.buffer, learningRate);
          continue;
        }
        update('velocity', velocity.buffer, gradient.buffer, momentum, learningRate);
        if (nesterov) update('nesterov', weight.buffer, velocity.buffer, gradient.buffer, momentum, learningRate);
        else update('add', weight.buffer, velocity.buffer);
      }
    },

    adamUpdate(updates, { stepSize, beta1, beta2, epsilon, decay }) {
      for (const { weight, state, gradient } of updates) {
        const [{ buffer: first }, { buffer: second }] = state;
        update('mean', first, gradient.buffer, beta1);
        update('meanSquare', second, gradient.buffer, beta2);
        update('adam', weight.buffer, first, second, stepSize, epsilon, decay);
      }
    },

    rmspropUpdate(updates, { learningRate, rho, momentum, epsilon }) {
      for (const { weight, state, gradient } of updates) {
        const [{ buffer: square }, velocity] = state;
        update('meanSquare', square, gradient.buffer, rho);
        if (!velocity) {
          update('scaled', weight.buffer, square, gradient.buffer, learningRate, epsilon);
          continue;
        }
        update('scaledVelocity', velocity.buffer, square, gradient.buffer, momentum, learningRate, epsilon);
        update('subtract', weight.buffer, velocity.buffer);
      }
    },

    adagradUpdate(updates, { learningRate, epsilon }) {
      for (const { weight, state, gradient } of updates) {
        const [{ buffer: sum }] = state;
        update('squareSum', sum, gradient.buffer);
        update('scaled', weight.buffer, sum, gradient.buffer, learningRate, epsilon);
      }
    },
  };
}
