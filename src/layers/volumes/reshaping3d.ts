import { ShapeError } from '../../base/errors.js';
import { integer, listOf, type Option, option } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { pad } from '../../ops/pad.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { triple, VolumeLayer, volumes } from './volume-layer.js';

type Sides = readonly [number, number];

/** Voxels at either end of each axis: one number, one for each axis, or [before, after] for each. */
const sides = (): Option<readonly Sides[], number | readonly number[] | readonly Sides[]> => {
  const two = listOf(integer({ min: 0 }), 2);
  const each = option<Sides>({
    expected: 'an integer ≥ 0, or two in a list',
    read: (value, place) => two.rules.read(Array.isArray(value) ? value : [value, value], place) as Sides | undefined,
  });
  const three = listOf(each, 3);
  return option({
    expected: 'integers ≥ 0: one, three, or three pairs [before, after]',
    read: (value, place) => three.rules.read(Array.isArray(value) ? value : [value, value, value], place),
  });
};

const CROPPING = {
  /** Voxels to cut off; default 1. */
  cropping: sides().default(1),
};

/** Volumes without their border. Input and output [batch, depth, height, width, channels]. */
export class Cropping3D extends VolumeLayer<typeof CROPPING> {
  static override readonly className = 'Cropping3D';
  static override readonly options = CROPPING;

  override call(x: Tensor): Tensor {
    const { cropping } = this.options;
    const [batch, ...rest] = volumes(x).shape;
    const left = cropping.map(([before, after], axis) => rest[axis] - before - after);
    if (left.some((size) => size < 1)) {
      throw new ShapeError(`cropping ${JSON.stringify(cropping)} leaves nothing of the input ${formatShape(x.shape)}`);
    }
    return slice(x, [0, ...cropping.map(([before]) => before), 0], [batch, ...left, rest[3]]);
  }
}

const PADDING = {
  /** Voxels to add; default 1. */
  padding: sides().default(1),
};

/** Zeros around volumes. Input and output [batch, depth, height, width, channels]. */
export class ZeroPadding3D extends VolumeLayer<typeof PADDING> {
  static override readonly className = 'ZeroPadding3D';
  static override readonly options = PADDING;

  override call(x: Tensor): Tensor {
    return pad(volumes(x), [[0, 0], ...this.options.padding, [0, 0]]);
  }
}

const UP_SAMPLING = {
  /** How often each voxel is repeated along depth, height and width; default 2. */
  size: triple().default(2),
};

/** Each voxel repeated. Input [batch, depth, height, width, channels], output each side times its size. */
export class UpSampling3D extends VolumeLayer<typeof UP_SAMPLING> {
  static override readonly className = 'UpSampling3D';
  static override readonly options = UP_SAMPLING;

  override call(x: Tensor): Tensor {
    const [batch, depth, height, width, channels] = volumes(x).shape;
    const [a, b, c] = this.options.size;
    const open = reshape(x, [batch, depth, 1, height, 1, width, 1, channels]);
    const repeated = broadcastTo(open, [batch, depth, a, height, b, width, c, channels]);
    return reshape(repeated, [batch, depth * a, height * b, width * c, channels]);
  }
}
