import { assertList, assertNumber } from '../base/arguments.js';
import { ShapeError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { where } from './comparison.js';
import { reshape } from './reshape.js';
import { gatherRows } from './shared/gather-rows.js';

const OPAQUE = 255;

/**
 * Turn images about a point, counter-clockwise for a positive angle; pixels are the nearest ones.
 * @param x [batch, height, width, channels]
 * @param radians
 * @param fillValue what comes into the image: a number, default 0, or a colour, whose fourth channel is opaque, 255
 * @param center fractions of [width, height]; default 0.5 of both
 * @throws ShapeError
 * @example image.rotateWithOffset(images, Math.PI / 6)
 */
export function rotateWithOffset(
  x: TensorLike,
  radians: number,
  fillValue?: number | readonly number[] | null,
  center?: number | readonly [number, number] | null,
): Tensor {
  return tidy(() => {
    const images = toTensor('rotateWithOffset', 'x', x);
    const [batch, height, width, channels] = images.shape;
    if (images.rank !== 4) {
      throw new ShapeError(
        `rotateWithOffset: x is ${formatShape(images.shape)}, expected [batch, height, width, channels]`,
      );
    }
    if (typeof center === 'object' && center !== null)
      assertList('rotateWithOffset', 'center', center, 'a fraction, or one along each axis');
    const [fractionX, fractionY] =
      typeof center === 'object' && center !== null ? center : [center ?? 0.5, center ?? 0.5];
    assertNumber('rotateWithOffset', 'radians', radians);
    for (const value of [fillValue ?? 0].flat()) assertNumber('rotateWithOffset', 'fillValue', value);
    for (const fraction of [fractionX, fractionY]) assertNumber('rotateWithOffset', 'center', fraction);
    const [middleX, middleY] = [fractionX * width, fractionY * height];
    const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
    const places = new Int32Array(height * width).fill(-1);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const fromX = Math.round((column - middleX) * cosine - (row - middleY) * sine + middleX);
        const fromY = Math.round((column - middleX) * sine + (row - middleY) * cosine + middleY);
        const isInside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
        if (isInside) places[row * width + column] = fromY * width + fromX;
      }
    }
    const view = { outer: batch, size: height * width, inner: channels };
    const turned = gatherRows(images, upload(places, [places.length], 'int32'), view);
    const isInside = upload(
      places.map((place) => (place >= 0 ? 1 : 0)),
      [1, places.length, 1],
      'bool',
    );
    const colour = (channel: number): number => {
      if (typeof fillValue !== 'object' || fillValue === null) return fillValue ?? 0;
      return channel === 3 ? OPAQUE : (fillValue[channel] ?? 0);
    };
    const outside = Array.from({ length: channels }, (_, channel) => colour(channel));
    return reshape(where(isInside, turned, upload(outside, [channels], images.dtype)), images.shape);
  });
}
