import type { Kernels, WeightUpdate } from '../kernels.js';
import { elementChunks, type Runtime } from './runtime.js';

type OptimizerKernels = Pick<Kernels<number>, 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate'>;

type Updates = readonly WeightUpdate<number>[];

export function optimizerKernels(runtime: Runtime, host: Kernels<number>): OptimizerKernels {
  /** One job for all float32 weights, whose chunks follow one another in a table; the rest by `others`. */
  const launch = (
    kernel: keyof OptimizerKernels,
    updates: Updates,
    floats: readonly number[],
    others: (updates: Updates) => void,
    flags: readonly number[] = [],
  ): void => {
    const table: number[] = [];
    let chunks = 0;
    let rows = 0;
    const rest: WeightUpdate<number>[] = [];
    for (const update of updates) {
      const { weight, state, gradient } = update;
      if (weight.dtype !== 'float32') {
        rest.push(update);
        continue;
      }
      const [first, second] = state;
      table.push(weight.buffer, first?.buffer ?? 0, second?.buffer ?? 0, gradient.buffer, weight.size, chunks);
      chunks += elementChunks(weight.size);
      rows++;
    }
    if (chunks > 0) {
      runtime.scope(() => runtime.launch(kernel, chunks, [runtime.table(table), rows, ...flags], floats));
    }
    if (rest.length > 0) others(rest);
  };
  return {
    sgdUpdate(updates, settings) {
      const { learningRate, momentum, nesterov } = settings;
      const others = (rest: Updates) => host.sgdUpdate(rest, settings);
      launch('sgdUpdate', updates, [learningRate, momentum], others, [nesterov ? 1 : 0]);
    },

    adamUpdate(updates, settings) {
      const { stepSize, beta1, beta2, epsilon, decay } = settings;
      const floats = [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, decay];
      launch('adamUpdate', updates, floats, (rest) => host.adamUpdate(rest, settings));
    },

    rmspropUpdate(updates, settings) {
      const { learningRate, rho, momentum, epsilon } = settings;
      const floats = [learningRate, rho, 1 - rho, momentum, epsilon];
      launch('rmspropUpdate', updates, floats, (rest) => host.rmspropUpdate(rest, settings));
    },

    adagradUpdate(updates, settings) {
      const floats = [settings.learningRate, settings.epsilon];
      launch('adagradUpdate', updates, floats, (rest) => host.adagradUpdate(rest, settings));
    },
  };
}
