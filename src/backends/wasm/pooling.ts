import type { PoolGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

type PoolKernels = Pick<
  Kernels<number>,
  'maxPool' | 'maxPoolGradient' | 'maxPoolGather' | 'avgPool' | 'avgPoolGradient'
>;

/** Every window is 2×2 neighbouring pixels of the image. */
const isTwoByTwo = (geometry: PoolGeometry): boolean =>
  geometry.filterHeight === 2 &&
  geometry.filterWidth === 2 &&
  geometry.dilationHeight === 1 &&
  geometry.dilationWidth === 1 &&
  geometry.padTop + geometry.padBottom + geometry.padLeft + geometry.padRight === 0;

/**
 * Pooling in vectors of channels. Forward, chunks are rows of outputs; backward they are images, as windows may
 * overlap.
 */
export function poolingKernels(runtime: Runtime, host: Kernels<number>): PoolKernels {
  /** A chunk takes as many of `items` as hold a chunk's part of x. */
  const run = (kernel: string, geometry: PoolGeometry, items: number, addresses: readonly number[]): void => {
    const { batch, inHeight, inWidth, outHeight, outWidth, channels, filterHeight, filterWidth } = geometry;
    const { strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft } = geometry;
    const cells = Math.max(inHeight * inWidth, outHeight * outWidth * filterHeight * filterWidth);
    const perChunk = Math.max(1, Math.floor((ELEMENTS_PER_CHUNK * items) / (batch * cells * channels)));
    runtime.launch(kernel, Math.ceil(items / perChunk), [
      ...[inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth],
      ...[dilationHeight, dilationWidth, padTop, padLeft, channels, batch, perChunk, isTwoByTwo(geometry) ? 1 : 0],
      ...addresses,
    ]);
  };
  const rowsOf = ({ batch, outHeight }: PoolGeometry): number => batch * outHeight;
  return {
    avgPool(x, out, geometry) {
      if (x.dtype !== 'float32') return host.avgPool(x, out, geometry);
      run('avgPool', geometry, rowsOf(geometry), [x.buffer, out.buffer]);
    },
    avgPoolGradient(outputGradient, out, geometry) {
      if (out.dtype !== 'float32') return host.avgPoolGradient(outputGradient, out, geometry);
      run('avgPoolGradient', geometry, geometry.batch, [outputGradient.buffer, out.buffer]);
    },
    maxPool(x, out, geometry) {
      if (x.dtype !== 'float32') return host.maxPool(x, out, geometry);
      run('maxPool', geometry, rowsOf(geometry), [x.buffer, out.buffer]);
    },
    maxPoolGradient(outputGradient, x, out, geometry) {
      if (x.dtype !== 'float32') return host.maxPoolGradient(outputGradient, x, out, geometry);
      run('maxPoolGradient', geometry, geometry.batch, [outputGradient.buffer, x.buffer, out.buffer]);
    },
    maxPoolGather(values, x, out, geometry) {
      if (x.dtype !== 'float32') return host.maxPoolGather(values, x, out, geometry);
      run('maxPoolGather', geometry, rowsOf(geometry), [values.buffer, x.buffer, out.buffer]);
    },
  };
}
