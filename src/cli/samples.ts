import type { NdArray } from 'ndarray';
import { sizeOf } from '../base/shape.js';
import type { Model } from '../models/model.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ShapedValues } from '../training/sources.js';

/** Images as a model takes them: in its size, and in rows for one that begins with a dense layer. */
export function samplesFor(
  { inputShape }: Model,
  images: NdArray<Float32Array>,
  interpolation: ShapedValues['interpolation'] = 'bilinear',
): ShapedValues {
  const [count, ...rest] = images.shape;
  const values = images.data;
  if (inputShape.length === 2 && inputShape[1] === sizeOf(rest)) return { values, shape: [count, sizeOf(rest)] };
  const [height, width] = [inputShape[1] ?? rest[0], inputShape[2] ?? rest[1]];
  const fits = inputShape.length !== 4 || (height === rest[0] && width === rest[1]);
  return { values, shape: images.shape, resizeTo: fits ? undefined : [height, width], interpolation };
}

/** The output that tells the classes: the first of a model that has auxiliary ones. */
export const mainOutput = (outputs: Tensor | Tensor[]): Tensor => (Array.isArray(outputs) ? outputs[0] : outputs);
