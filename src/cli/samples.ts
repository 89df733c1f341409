import type { NdArray } from 'ndarray';
import type { Model } from '../models/model.js';
import { sizeOf } from '../tensor/shape.js';

/** Images as a model takes them: in rows for one that begins with a dense layer. */
export function samplesFor(model: Model, images: NdArray<Float32Array>) {
  const [count, ...rest] = images.shape;
  const flat = model.inputShape.length === 2 && model.inputShape[1] === sizeOf(rest);
  return { values: images.data, shape: flat ? [count, sizeOf(rest)] : images.shape };
}
