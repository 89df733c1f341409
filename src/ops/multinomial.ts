import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import type { Seed } from '../tensor/random.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { minimum, mul } from './arithmetic.js';
import { cumsum } from './cumulative.js';
import { randomUniform } from './random.js';
import { reshape } from './reshape.js';
import { upperBound } from './search-sorted.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';

/**
 * Draw classes by their probabilities, with replacement.
 * @param logits [classes] or [batch, classes]: unnormalized logarithms of probabilities
 * @param numSamples draws for each row
 * @param seed see `randomUniform`
 * @param normalized whether `logits` are probabilities; default false
 * @returns int32 [numSamples] or [batch, numSamples]
 * @throws ShapeError @throws ValueError
 * @example multinomial([0, 0, 100], 2) // [2, 2]
 */
export function multinomial(
  logits: TensorLike,
  numSamples: number,
  seed?: Seed | null,
  normalized?: boolean | null,
): Tensor {
  if (!Number.isInteger(numSamples) || numSamples < 1) {
    throw new ValueError(`multinomial: numSamples is ${show(numSamples)}, expected an integer ≥ 1`);
  }
  return tidy(() => {
    const given = toTensor('multinomial', 'logits', logits);
    const classes = given.shape.at(-1) ?? 0;
    if ((given.rank !== 1 && given.rank !== 2) || classes < 1) {
      throw new ShapeError(
        `multinomial: logits are ${formatShape(given.shape)}, expected [classes] or [batch, classes]`,
      );
    }
    const rows = reshape(given, [-1, classes]);
    const limits = cumsum(normalized ? rows : softmax(rows), -1);
    const draws = randomUniform([rows.shape[0], numSamples], 0, 1, 'float32', seed);
    // Rounding may leave the last limit a little below or above 1.
    const total = slice(limits, [0, classes - 1], [rows.shape[0], 1]);
    const drawn = upperBound(limits, mul(toDType(draws, limits.dtype), total));
    const samples = minimum(drawn, upload([classes - 1], [], 'int32'));
    return given.rank === 1 ? reshape(samples, [numSamples]) : samples;
  });
}
