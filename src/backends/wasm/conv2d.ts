import type { ConvGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { type Conv2dKernels, directConv2dKernels } from './direct-conv2d.js';
import type { Runtime } from './runtime.js';
import { suitsWinograd, winogradConv2dKernels } from './winograd/winograd-conv2d.js';

/** Each convolution by the algorithm that its shape suits. */
export function conv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): Conv2dKernels {
  const direct = directConv2dKernels(runtime, kernels);
  const winograd = winogradConv2dKernels(runtime, kernels);
  const suited = (geometry: ConvGeometry) => (suitsWinograd(geometry) ? winograd : direct);
  return {
    conv2d: (x, filter, out, geometry, epilogue) => suited(geometry).conv2d(x, filter, out, geometry, epilogue),
    conv2dInputGradient: (outputGradient, filter, out, geometry) =>
      suited(geometry).conv2dInputGradient(outputGradient, filter, out, geometry),
    conv2dFilterGradient: (x, outputGradient, out, geometry) =>
      suited(geometry).conv2dFilterGradient(x, outputGradient, out, geometry),
  };
}
