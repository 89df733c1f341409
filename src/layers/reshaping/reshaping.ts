import { ShapeError } from '../../base/errors.js';
import { accept, listOf, option } from '../../base/options.js';
import { sizeOf } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import { transpose } from '../../ops/transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { UnaryLayer } from '../base/unary-layer.js';

const FLATTEN_OPTIONS = {
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/** Flattens each example to one axis. Input [batch, ...], output [batch, values]; copies nothing. */
export class Flatten extends UnaryLayer<typeof FLATTEN_OPTIONS> {
  static override readonly className = 'Flatten';
  static override readonly options = FLATTEN_OPTIONS;

  override call(x: Tensor): Tensor {
    if (x.rank === 0) throw new ShapeError('the input is a scalar, expected [batch, ...]');
    return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }
}

const size = option<number, number | null>({
  expected: 'integers ≥ 0, and -1 once at most',
  read: (value) => (value === null ? -1 : Number.isInteger(value) && Number(value) >= -1 ? Number(value) : undefined),
});

const RESHAPE_OPTIONS = {
  /** Without the batch; one axis may be -1 (or null, as in tfjs) and is inferred. */
  targetShape: listOf(size),
};

/**
 * Reshapes each example. Input [batch, ...], output [batch, ...targetShape]; copies nothing.
 */
export class Reshape extends UnaryLayer<typeof RESHAPE_OPTIONS> {
  static override readonly className = 'Reshape';
  static override readonly options = RESHAPE_OPTIONS;

  override call(x: Tensor): Tensor {
    return reshape(x, [x.shape[0], ...this.options.targetShape]);
  }
}

/** Return whether a list has each number from 1 to its length once. */
const isOrder = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && [...value].sort((a, b) => a - b).every((axis, i) => axis === i + 1);

const PERMUTE_OPTIONS = {
  /** Axis i + 1 of the output is axis dims[i] of the input; counted from 1, the batch is 0 and stays. */
  dims: accept<readonly number[]>('each axis from 1 to the rank minus one, once', isOrder),
};

/** Reorders axes. Input [batch, ...], output the same axes in another order. */
export class Permute extends UnaryLayer<typeof PERMUTE_OPTIONS> {
  static override readonly className = 'Permute';
  static override readonly options = PERMUTE_OPTIONS;

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.options.dims]);
  }
}
