import type { NdArray } from 'ndarray';
import { ShapeError } from '../base/errors.js';
import { sizeOf } from '../base/shape.js';
import type { SymbolicShape } from '../layers/base/symbolic.js';
import type { Model } from '../models/model.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ShapedValues } from '../training/samples/sources.js';

/** Format a shape for messages: `[any,28,28]`. */
export const showShape = (shape: SymbolicShape): string => `[${shape.map((size) => size ?? 'any').join(',')}]`;

/** Layout of a model's input images: with a channel axis, without one, or flat rows for a dense layer. */
export interface PictureShape {
  /** null if any size is accepted. */
  readonly height: number | null;
  readonly width: number | null;
  readonly channels: 1 | 3;
}

/**
 * Return the size and the number of channels of a model's input images.
 * @throws ShapeError when its input does not have the shape of images
 */
export function pictureShape({ name, inputShape }: Model): PictureShape {
  const [, height, width, channels = 1] = inputShape;
  if (inputShape.length === 2 && height !== null) {
    for (const each of [1, 3] as const) {
      const side = Math.sqrt(height / each);
      if (Number.isInteger(side)) return { height: side, width: side, channels: each };
    }
  }
  if ((inputShape.length === 3 || inputShape.length === 4) && (channels === 1 || channels === 3)) {
    return { height, width, channels };
  }
  throw new ShapeError(`${name}: its input is ${showShape(inputShape)}, expected one for images with 1 or 3 channels`);
}

/**
 * Convert images to the shape of a model's input; images of another size are resized when a batch is made.
 * @param images [count, height, width, channels]
 * @throws ShapeError when the input does not have such a shape
 */
export function samplesFor(
  { name, inputShape }: Model,
  images: NdArray<Float32Array>,
  interpolation: ShapedValues['interpolation'] = 'bilinear',
): ShapedValues {
  const [count, ...shape] = images.shape;
  const values = images.data;
  const [height, width] = [inputShape[1] ?? shape[0], inputShape[2] ?? shape[1]];
  const fits = height === shape[0] && width === shape[1];
  if (inputShape.length === 4) {
    return { values, shape: images.shape, resizeTo: fits ? undefined : [height, width], interpolation };
  }
  if (inputShape.length === 3 && fits && shape[2] === 1) return { values, shape: [count, height, width] };
  if (inputShape.length === 2 && inputShape[1] === sizeOf(shape)) return { values, shape: [count, sizeOf(shape)] };
  throw new ShapeError(
    `${name}: its input is ${showShape(inputShape)}, which does not match images of ${showShape(shape)}`,
  );
}

/** Return the output with the class scores: the first one, if there are auxiliary outputs. */
export const mainOutput = (outputs: Tensor | Tensor[]): Tensor => (Array.isArray(outputs) ? outputs[0] : outputs);
