import type { Kernels } from '../kernels.js';
import { elementChunks, type Runtime } from './runtime.js';

type OptimizerKernels = Pick<Kernels<number>, 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate'>;

export function optimizerKernels(runtime: Runtime, host: Kernels<number>): OptimizerKernels {
  return {
    sgdUpdate(weight, velocity, gradient, settings) {
      if (weight.dtype !== 'float32') return host.sgdUpdate(weight, velocity, gradient, settings);
      const { learningRate, momentum, nesterov } = settings;
      const fields = [weight.buffer, velocity?.buffer ?? 0, gradient.buffer, weight.size, nesterov ? 1 : 0];
      runtime.launch('sgdUpdate', elementChunks(weight.size), fields, [learningRate, momentum]);
    },

    adamUpdate(weight, firstMoment, secondMoment, gradient, settings) {
      if (weight.dtype !== 'float32') return host.adamUpdate(weight, firstMoment, secondMoment, gradient, settings);
      const { stepSize, beta1, beta2, epsilon, decay } = settings;
      const fields = [weight.buffer, firstMoment.buffer, secondMoment.buffer, gradient.buffer, weight.size];
      const floats = [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, decay];
      runtime.launch('adamUpdate', elementChunks(weight.size), fields, floats);
    },

    rmspropUpdate(weight, meanSquare, velocity, gradient, settings) {
      if (weight.dtype !== 'float32') return host.rmspropUpdate(weight, meanSquare, velocity, gradient, settings);
      const { learningRate, rho, momentum, epsilon } = settings;
      const fields = [weight.buffer, meanSquare.buffer, velocity?.buffer ?? 0, gradient.buffer, weight.size];
      runtime.launch('rmspropUpdate', elementChunks(weight.size), fields, [
        learningRate,
        rho,
        1 - rho,
        momentum,
        epsilon,
      ]);
    },

    adagradUpdate(weight, accumulator, gradient, settings) {
      if (weight.dtype !== 'float32') return host.adagradUpdate(weight, accumulator, gradient, settings);
      const fields = [weight.buffer, accumulator.buffer, gradient.buffer, weight.size];
      runtime.launch('adagradUpdate', elementChunks(weight.size), fields, [settings.learningRate, settings.epsilon]);
    },
  };
}
