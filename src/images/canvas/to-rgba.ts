import type { DType } from '../../base/dtype.js';
import { DTypeError, ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';

/** Properties of a tensor of pixels that are known before its values are read. */
export interface PictureForm {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The value of full brightness: 1 for floats, 255 for int32. */
  readonly full: number;
  readonly dtype: DType;
}

/** @throws ShapeError @throws DTypeError when a tensor is not an image */
export function pictureForm(caller: string, argument: string, shape: Shape, dtype: DType): PictureForm {
  const [height, width, channels = 1] = shape;
  if ((shape.length !== 2 && shape.length !== 3) || ![1, 3, 4].includes(channels)) {
    throw new ShapeError(
      `${caller}: ${argument} is ${formatShape(shape)}, expected [height, width] or [height, width, 1, 3 or 4]`,
    );
  }
  if (dtype === 'bool') throw new DTypeError(`${caller}: ${argument} is bool, expected float32 or int32`);
  return { width, height, channels, full: dtype === 'int32' ? 255 : 1, dtype };
}

/**
 * Bytes of red, green, blue and alpha; one channel is the brightness of all three.
 * @param alpha of pixels without alpha, from 0 to 1
 * @throws ValueError naming a value that is out of range
 */
export function toRgba(
  caller: string,
  argument: string,
  values: ArrayLike<number>,
  { width, height, channels, full, dtype }: PictureForm,
  alpha = 1,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * width * height);
  const scale = 255 / full;
  // Rounds halves up, as tfjs does; the array itself would round them to even.
  const byteAt = (index: number): number => {
    const value = values[index];
    if (value >= 0 && value <= full) return Math.round(value * scale);
    throw new ValueError(
      `${caller}: ${argument} has ${value} at pixel [${placeOf(index, width, channels)}], expected 0 to ${full} for ` +
        `${dtype}`,
    );
  };
  const opacity = Math.round(255 * alpha);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let at = 0, to = 0; to < bytes.length; at += channels) {
    bytes[to++] = byteAt(at);
    bytes[to++] = byteAt(at + green);
    bytes[to++] = byteAt(at + blue);
    bytes[to++] = channels === 4 ? byteAt(at + 3) : opacity;
  }
  return bytes;
}

const placeOf = (index: number, width: number, channels: number): readonly number[] => {
  const pixel = Math.floor(index / channels);
  return [Math.floor(pixel / width), pixel % width, index % channels];
};
