import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';
import { resizeBicubic, resizeBilinear } from '../../ops/resize.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Source } from './sources.js';

const RESIZE = { bilinear: resizeBilinear, bicubic: resizeBicubic };

/** Images that are resized when a batch is made: 50,000 of 32×32 need 150 MB as bytes, and 7.5 GB at 224×224. */
export class ResizedSource implements Source {
  readonly shape: Shape;

  /** @throws ShapeError when the samples are not images @throws ValueError for an invalid size or interpolation */
  constructor(
    private readonly what: string,
    private readonly images: Source,
    private readonly size: readonly [number, number],
    private readonly interpolation: keyof typeof RESIZE = 'bilinear',
  ) {
    const { shape } = images;
    if (shape.length !== 4) {
      throw new ShapeError(`${what} is ${formatShape(shape)}, expected [count, height, width, channels] with resizeTo`);
    }
    if (size.length !== 2 || !size.every((side) => Number.isInteger(side) && side >= 1)) {
      throw new ValueError(`${what}: resizeTo is [${size}], expected [height, width], integers ≥ 1`);
    }
    if (!Object.hasOwn(RESIZE, interpolation)) {
      const known = Object.keys(RESIZE).join(' or ');
      throw new ValueError(`${what}: interpolation is '${String(interpolation)}', expected ${known}`);
    }
    this.shape = [shape[0], ...size, shape[3]];
  }

  batch(order: Int32Array | null, start: number, end: number): Tensor {
    return tidy(() => RESIZE[this.interpolation](this.images.batch(order, start, end), this.size));
  }

  part(start: number, end: number): ResizedSource {
    return new ResizedSource(this.what, this.images.part(start, end), this.size, this.interpolation);
  }

  /** Images always have a channel axis, so the shape must not change. */
  withShape(): ResizedSource {
    return this;
  }
}
