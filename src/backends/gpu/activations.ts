import { SELU_ALPHA, SELU_SCALE } from '../../base/selu.js';
import type { Activation, Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';

/** Expressions in `value` and `alpha`. */
export const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  relu: 'Math.max(value, 0)',
  relu6: 'Math.min(Math.max(value, 0), 6)',
  leakyRelu: 'value < 0 ? alpha * value : value',
  elu: 'value < 0 ? alpha * expm1Of(value) : value',
  selu: `value < 0 ? ${SELU_SCALE * SELU_ALPHA} * expm1Of(value) : ${SELU_SCALE} * value`,
  sigmoid: '1 / (1 + Math.exp(-value))',
  tanh: 'tanhOf(value)',
};

/** f′ in `y`, f's output; at a kink the left slope applies. */
export const SLOPES: Readonly<Record<Activation, string>> = {
  relu: 'y > 0 ? 1 : 0',
  relu6: 'y > 0 && y < 6 ? 1 : 0',
  leakyRelu: 'y > 0 ? 1 : alpha',
  elu: 'y > 0 ? 1 : y + alpha',
  selu: `y > 0 ? ${SELU_SCALE} : y + ${SELU_SCALE * SELU_ALPHA}`,
  sigmoid: 'y * (1 - y)',
  tanh: '1 - y * y',
};

export function activations(device: Device): Pick<Kernels<GpuBuffer>, 'activationGradient'> {
  return {
    activationGradient(fn, outputGradient, output, out, alpha) {
      const source = `function (outputGradient, output, alpha) {
  const y = output[this.thread.x];
  const slope = ${SLOPES[fn]};
  return outputGradient[this.thread.x] * slope;
}`;
      device.launch(
        { name: `activationGradient/${fn}`, source },
        [outputGradient.buffer, output.buffer, alpha],
        out.buffer,
      );
    },
  };
}
