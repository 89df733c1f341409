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
    sgdUpdate({ buffer: weight }, velocity, { buffer: gradient }, { learningRate, momentum, nesterov }) {
      if (!velocity) return update('sgd', weight, gradient, learningRate);
      update('velocity', velocity.buffer, gradient, momentum, learningRate);
      if (nesterov) update('nesterov', weight, velocity.buffer, gradient, momentum, learningRate);
      else update('add', weight, velocity.buffer);
    },

    adamUpdate(
      { buffer: weight },
      { buffer: first },
      { buffer: second },
      { buffer: gradient },
      { stepSize, beta1, beta2, epsilon, decay },
    ) {
      update('mean', first, gradient, beta1);
      update('meanSquare', second, gradient, beta2);
      update('adam', weight, first, second, stepSize, epsilon, decay);
    },

    rmspropUpdate(
      { buffer: weight },
      { buffer: square },
      velocity,
      { buffer: gradient },
      { learningRate, rho, momentum, epsilon },
    ) {
      update('meanSquare', square, gradient, rho);
      if (!velocity) return update('scaled', weight, square, gradient, learningRate, epsilon);
      update('scaledVelocity', velocity.buffer, square, gradient, momentum, learningRate, epsilon);
      update('subtract', weight, velocity.buffer);
    },

    adagradUpdate({ buffer: weight }, { buffer: sum }, { buffer: gradient }, { learningRate, epsilon }) {
      update('squareSum', sum, gradient);
      update('scaled', weight, sum, gradient, learningRate, epsilon);
    },
  };
}
