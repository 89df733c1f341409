import type { ConvGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { type Conv2dKernels, directConv2dKernels } from './direct-conv2d.js';
import type { Runtime } from './runtime.js';
import { suitsTiledGradient, tileFor, winogradConv2dKernels } from './winograd/winograd-conv2d.js';
import { LARGE, SMALL } from './winograd/winograd-tiles.js';

/** Each convolution by the algorithm that its shape suits. */
export function conv2dKernels(
  runtime: Runtime,
  kernels: () => Kernels<number>,
): Conv2dKernels & Pick<Kernels<number>, 'conv2d'> {
  const direct = directConv2dKernels(runtime, kernels);
  const inTiles = new Map([LARGE, SMALL].map((tile) => [tile, winogradConv2dKernels(runtime, kernels, tile)]));
  const suited = (geometry: ConvGeometry): Conv2dKernels => {
    const tile = tileFor(geometry);
    return tile ? inTiles.get(tile)! : direct;
  };
  return {
    conv2d: (x, filter, out, geometry, epilogue) =>
      suited(geometry).fusedConv2d(x, filter, out, geometry, { ...epilogue, scale: null, residual: null }),
    fusedConv2d: (x, filter, out, geometry, epilogue) =>
      suited(geometry).fusedConv2d(x, filter, out, geometry, epilogue),
    conv2dInputGradient: (outputGradient, filter, out, geometry) =>
      suited(geometry).conv2dInputGradient(outputGradient, filter, out, geometry),
    conv2dFilterGradient: (x, outputGradient, out, geometry) =>
      (suitsTiledGradient(geometry) ? inTiles.get(LARGE)! : direct).conv2dFilterGradient(
        x,
        outputGradient,
        out,
        geometry,
      ),
  };
}
