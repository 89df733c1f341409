import { ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from './symbolic.js';

/* Sequences [batch, steps, channels] as images of one row, for ops that support only images. */

const SEQUENCES = '[batch, steps, channels]';

/** Return the input of a layer of sequences. @throws ShapeError when it is not a batch of them */
export function sequences(x: Tensor): Tensor {
  if (x.rank === 3) return x;
  throw new ShapeError(`the input is ${formatShape(x.shape)}, expected ${SEQUENCES}`);
}

/** Return sequences as images of one row. @throws ShapeError when x is not a batch of them */
export function asRows(x: Tensor): Tensor {
  const [batch, steps, channels] = sequences(x).shape;
  return reshape(x, [batch, 1, steps, channels]);
}

/** Images of one row as sequences. */
export const asSequences = (x: Tensor): Tensor => reshape(x, [x.shape[0], x.shape[2], x.shape[3]]);

/** Return the channels of a batch of sequences. @throws ShapeError when it is not one, or they are unknown */
export function sequenceChannels(caller: string, shape: SymbolicShape): number {
  const channels = shape.at(-1);
  if (shape.length === 3 && typeof channels === 'number' && channels >= 1) return channels;
  const known = `[${shape.map((size) => size ?? 'any').join(',')}]`;
  throw new ShapeError(`${caller}: the input is ${known}, expected ${SEQUENCES}, channels known`);
}
