import { concat } from '../../ops/concat.js';
import { max, mean } from '../../ops/reductions.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pair } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';

const OPTIONS = {
  /** Size of the output: one number, or [height, width]. */
  outputSize: pair(),
};

/** Window i of n along an axis, PyTorch's and Keras's rule: from ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉. */
function windows(size: number, count: number): [first: number, length: number][] {
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * size) / count);
    return [first, Math.ceil(((i + 1) * size) / count) - first];
  });
}

/** Reduce each window along an axis; windows of a mean or maximum may be taken axis by axis. */
function poolAxis(x: Tensor, axis: 1 | 2, count: number, reduce: typeof mean): Tensor {
  const parts = windows(x.shape[axis], count).map(([first, length]) => {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    return reduce(
      slice(
        x,
        begin,
        x.shape.map((size, i) => (i === axis ? length : size)),
      ),
      axis,
      true,
    );
  });
  return parts.length === 1 ? parts[0] : concat(parts, axis);
}

abstract class AdaptivePooling2D extends ImageLayer<typeof OPTIONS> {
  protected abstract readonly reduce: typeof mean;

  override call(x: Tensor): Tensor {
    const [height, width] = this.options.outputSize;
    return poolAxis(poolAxis(images(x), 1, height, this.reduce), 2, width, this.reduce);
  }
}

/**
 * Means of as many windows as the output has pixels, whatever the input's size. Input [batch, height, width,
 * channels], output [batch, ...outputSize, channels].
 */
export class AdaptiveAveragePooling2D extends AdaptivePooling2D {
  static override readonly className = 'AdaptiveAveragePooling2D';
  static override readonly options = OPTIONS;
  protected override readonly reduce = mean;
}

/** The largest values of as many windows. See `AdaptiveAveragePooling2D`. */
export class AdaptiveMaxPooling2D extends AdaptivePooling2D {
  static override readonly className = 'AdaptiveMaxPooling2D';
  static override readonly options = OPTIONS;
  protected override readonly reduce = max;
}
