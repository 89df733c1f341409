import type { Activation, Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { flatMap } from './templates/map.js';

/** Expressions in `a` and `u.alpha`. All of them propagate NaN. */
export const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  relu: 'select(a, 0.0, a < 0.0)',
  relu6: 'select(select(a, 0.0, a < 0.0), 6.0, a > 6.0)',
  leakyRelu: 'select(a, u.alpha * a, a < 0.0)',
  elu: 'select(a, u.alpha * expm1Of(a), a < 0.0)',
  // Klambauer et al., arXiv:1706.02515, equation 14.
  selu: 'select(1.050701 * a, 1.7580993 * expm1Of(a), a < 0.0)',
  sigmoid: '1.0 / (1.0 + exp(-a))',
  tanh: 'tanhOf(a)',
};

/** f′ in `b`, f's output; at a kink the left slope applies. */
export const SLOPES: Readonly<Record<Activation, string>> = {
  relu: 'select(0.0, 1.0, b > 0.0)',
  relu6: 'select(0.0, 1.0, b > 0.0 && b < 6.0)',
  leakyRelu: 'select(u.alpha, 1.0, b > 0.0)',
  elu: 'select(b + u.alpha, 1.0, b > 0.0)',
  selu: 'select(b + 1.7580993, 1.050701, b > 0.0)',
  sigmoid: 'b * (1.0 - b)',
  tanh: '1.0 - b * b',
};

export function activations(device: Device): Pick<Kernels<WebGpuBuffer>, 'activationGradient'> {
  return {
    activationGradient(fn, outputGradient, output, out, alpha) {
      const body = `return a * (${SLOPES[fn]});`;
      flatMap(device, `activationGradient/${fn}`, [outputGradient, output], out, body, { alpha });
    },
  };
}
