import { number, type OptionTable, oneOf } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { RandomLayer } from './random-layer.js';
import { drawFrom, factor } from './random-range.js';
import { type Affine, FILL_MODES, sampleImages } from './sample-images.js';

const AFFINE = {
  /** Values beyond the border; default `'reflect'`. */
  fillMode: oneOf(FILL_MODES).default('reflect'),
  /** Default `'bilinear'`. */
  interpolation: oneOf(['nearest', 'bilinear']).default('bilinear'),
  /** For fillMode `'constant'`; default 0. */
  fillValue: number().default(0),
};

/** In training, samples each image with a random affine map. */
abstract class RandomAffine<Own extends OptionTable> extends RandomLayer<typeof AFFINE & Own> {
  static override readonly options: OptionTable = AFFINE;

  /** Draw one map per image. */
  protected abstract draw(batch: number, height: number, width: number): Affine[];

  protected override augment(x: Tensor): Tensor {
    const [batch, height, width] = x.shape;
    return sampleImages(x, this.draw(batch, height, width), this.options);
  }
}

const ROTATION_OPTIONS = {
  /** Fraction of a full turn, counterclockwise: 0.1 turns by up to ±36°. */
  factor: factor(-1, 1),
};

/** In training, turns each image about its center. */
export class RandomRotation extends RandomAffine<typeof ROTATION_OPTIONS> {
  static override readonly className = 'RandomRotation';
  static override readonly options = ROTATION_OPTIONS;

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const x = (width - 1) / 2;
    const y = (height - 1) / 2;
    return drawFrom(this.options.factor, batch, this.seeds.next()).map((turn): Affine => {
      const cos = Math.cos(2 * Math.PI * turn);
      const sin = Math.sin(2 * Math.PI * turn);
      return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
    });
  }
}

const TRANSLATION_OPTIONS = {
  /** Fraction of the height; positive moves images down. */
  heightFactor: factor(-1, 1),
  /** Fraction of the width; positive moves images to the right. */
  widthFactor: factor(-1, 1),
};

/** In training, shifts each image. */
export class RandomTranslation extends RandomAffine<typeof TRANSLATION_OPTIONS> {
  static override readonly className = 'RandomTranslation';
  static override readonly options = TRANSLATION_OPTIONS;

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const down = drawFrom(this.options.heightFactor, batch, this.seeds.next());
    const right = drawFrom(this.options.widthFactor, batch, this.seeds.next());
    return down.map((fraction, image): Affine => [1, 0, -right[image] * width, 0, 1, -fraction * height]);
  }
}

const ZOOM_OPTIONS = {
  /** Relative change of the visible part: positive zooms out, negative in. */
  heightFactor: factor(-1, Number.POSITIVE_INFINITY),
  /** Default: equal to the height's, which preserves proportions. */
  widthFactor: factor(-1, Number.POSITIVE_INFINITY).nullable().default(null),
};

/** In training, zooms each image about its center. */
export class RandomZoom extends RandomAffine<typeof ZOOM_OPTIONS> {
  static override readonly className = 'RandomZoom';
  static override readonly options = ZOOM_OPTIONS;

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const { heightFactor, widthFactor } = this.options;
    const tall = drawFrom(heightFactor, batch, this.seeds.next());
    const wide = widthFactor ? drawFrom(widthFactor, batch, this.seeds.next()) : tall;
    return tall.map((growth, image): Affine => {
      const x = 1 + wide[image];
      const y = 1 + growth;
      return [x, 0, ((width - 1) / 2) * (1 - x), 0, y, ((height - 1) / 2) * (1 - y)];
    });
  }
}
