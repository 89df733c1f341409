import type { Tensor } from '../tensor/tensor.js';

/** A map for each image of a batch; larger values are more important. */
export interface ImageMaps {
  /** [batch, height, width], each from 0 to 1. */
  readonly maps: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number];
  /** The class that each map explains. */
  readonly classes: readonly number[];
}

/**
 * Scale each map so that its largest value is 1; a map without positive values stays 0.
 * @param maps [batch, height, width, 1], ≥ 0
 */
export function normalized(maps: Tensor): Pick<ImageMaps, 'maps' | 'shape'> {
  const [batch, height, width] = maps.shape;
  const values = Float32Array.from(maps.dataSync());
  const size = height * width;
  for (let image = 0; image < batch; image++) {
    const map = values.subarray(image * size, (image + 1) * size);
    const largest = map.reduce((most, value) => Math.max(most, value), 0);
    if (largest > 0) for (let i = 0; i < size; i++) map[i] /= largest;
  }
  return { maps: values, shape: [batch, height, width] };
}
