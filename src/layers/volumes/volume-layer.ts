import { ShapeError } from '../../base/errors.js';
import { listOf, type Option, type OptionTable, option, positiveInteger } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import type { NoOptions } from '../base/layer-options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Triple } from './volume-ops.js';

const VOLUMES = '[batch, depth, height, width, channels]';

/** One integer for depth, height and width, or three. */
export const triple = (each = positiveInteger()): Option<Triple, number | Triple> => {
  const three = listOf(each, 3);
  return option<Triple, number | Triple>({
    expected: `one or three numbers, each ${each.rules.expected}`,
    read: (value, place) =>
      three.rules.read(Array.isArray(value) ? value : [value, value, value], place) as Triple | undefined,
  });
};

/** A layer of one batch of volumes. */
export abstract class VolumeLayer<Own extends OptionTable = NoOptions> extends UnaryLayer<typeof IMAGE_LAYOUT & Own> {
  static override readonly options: OptionTable = IMAGE_LAYOUT;
}

/** @throws ShapeError when x is not a batch of volumes */
export function volumes(x: Tensor): Tensor {
  if (x.rank === 5) return x;
  throw new ShapeError(`the input is ${formatShape(x.shape)}, expected ${VOLUMES}`);
}

/** Return the channels of a batch of volumes. @throws ShapeError when it is not one, or they are unknown */
export function volumeChannels(caller: string, shape: SymbolicShape): number {
  const channels = shape.at(-1);
  if (shape.length === 5 && typeof channels === 'number' && channels >= 1) return channels;
  const known = `[${shape.map((size) => size ?? 'any').join(',')}]`;
  throw new ShapeError(`${caller}: the input is ${known}, expected ${VOLUMES}, channels known`);
}
