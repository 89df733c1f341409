import type { Kernels, WeightUpdate } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';

/*
 * The update rules of Keras 3, see cpu/optimizers.ts: one kernel a weight, which changes the weight and its state in
 * place. Settings are uniforms, since learning rates change from step to step.
 */

/**
 * @param state of the rule, changed in place with the weight
 * @param update lines in `i`, where all are vectors of four
 */
const rule = (state: readonly string[], settings: readonly string[], update: string): Program => ({
  reads: ['gradient: vec4<f32>'],
  writes: ['weight', ...state].map((name) => `${name}: vec4<f32>`),
  uniforms: ['count: u32', ...settings.map((name) => `${name}: f32`)],
  main: `let i = group * ${THREADS}u + local;
  if (i >= u.count) { return; }
  let g = gradient[i];
  ${update}`,
});

const RATE = ['rate'];
const MOMENTUM = ['rate', 'momentum'];

const RULES = {
  sgd: rule([], RATE, 'weight[i] -= u.rate * g;'),
  momentum: rule(
    ['velocity'],
    MOMENTUM,
    `let next = u.momentum * velocity[i] - u.rate * g;
  velocity[i] = next;
  weight[i] += next;`,
  ),
  nesterov: rule(
    ['velocity'],
    MOMENTUM,
    `let next = u.momentum * velocity[i] - u.rate * g;
  velocity[i] = next;
  weight[i] += u.momentum * next - u.rate * g;`,
  ),
  adam: rule(
    ['first', 'second'],
    ['stepSize', 'beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'decay'],
    `let mean = u.beta1 * first[i] + u.rest1 * g;
  let square = u.beta2 * second[i] + u.rest2 * g * g;
  let w = weight[i];
  first[i] = mean;
  second[i] = square;
  weight[i] = w - u.decay * w - u.stepSize * mean / (sqrt(square) + u.epsilon);`,
  ),
  rmsprop: rule(
    ['meanSquare'],
    ['rate', 'rho', 'rest', 'epsilon'],
    `let square = u.rho * meanSquare[i] + u.rest * g * g;
  meanSquare[i] = square;
  weight[i] -= u.rate * g / sqrt(square + u.epsilon);`,
  ),
  rmspropMomentum: rule(
    ['meanSquare', 'velocity'],
    ['rate', 'rho', 'rest', 'epsilon', 'momentum'],
    `let square = u.rho * meanSquare[i] + u.rest * g * g;
  let next = u.momentum * velocity[i] + u.rate * g / sqrt(square + u.epsilon);
  meanSquare[i] = square;
  velocity[i] = next;
  weight[i] -= next;`,
  ),
  adagrad: rule(
    ['accumulator'],
    ['rate', 'epsilon'],
    `let square = accumulator[i] + g * g;
  accumulator[i] = square;
  weight[i] -= u.rate * g / sqrt(square + u.epsilon);`,
  ),
} as const;

type Names = 'sgdUpdate' | 'adamUpdate' | 'rmspropUpdate' | 'adagradUpdate';

export function optimizers(device: Device): Pick<Kernels<WebGpuBuffer>, Names> {
  const run = (
    name: keyof typeof RULES,
    { weight, state, gradient }: WeightUpdate<WebGpuBuffer>,
    settings: readonly number[],
  ): void => {
    const count = Math.ceil(gradient.size / 4);
    device.launch(name, () => RULES[name], {
      reads: [gradient.buffer],
      writes: [weight, ...state].map(({ buffer }) => buffer),
      uniforms: [count, ...settings],
      groups: Math.ceil(count / THREADS),
    });
  };
  return {
    sgdUpdate(updates, { learningRate, momentum, nesterov }) {
      const moving = nesterov ? 'nesterov' : 'momentum';
      for (const update of updates) {
        if (update.state.length === 0) run('sgd', update, [learningRate]);
        else run(moving, update, [learningRate, momentum]);
      }
    },

    adamUpdate(updates, { stepSize, beta1, beta2, epsilon, decay }) {
      const settings = [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, decay];
      for (const update of updates) run('adam', update, settings);
    },

    rmspropUpdate(updates, { learningRate, rho, momentum, epsilon }) {
      const settings = [learningRate, rho, 1 - rho, epsilon];
      for (const update of updates) {
        if (update.state.length === 1) run('rmsprop', update, settings);
        else run('rmspropMomentum', update, [...settings, momentum]);
      }
    },

    adagradUpdate(updates, { learningRate, epsilon }) {
      for (const update of updates) run('adagrad', update, [learningRate, epsilon]);
    },
  };
}
