import { ValueError } from '../base/errors.js';
import { number, type Options } from '../base/options.js';
import { addN, div, maximum, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { clipByValue, sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';

/** Limits on gradients; at most one of the three. */
export const CLIPPING = {
  /** Clip each gradient to this Euclidean norm. */
  clipNorm: number({ above: 0 }).optional(),
  /** Clip each element to [−clipValue, clipValue]. */
  clipValue: number({ above: 0 }).optional(),
  /** Clip all gradients together to this Euclidean norm. @see Pascanu et al., arXiv:1211.5063 */
  globalClipNorm: number({ above: 0 }).optional(),
};

type Clipping = Options<typeof CLIPPING>;

/** @throws ValueError when more than one is given */
export function assertOneClipping(optimizer: string, { clipNorm, clipValue, globalClipNorm }: Clipping): void {
  const given = Object.entries({ clipNorm, clipValue, globalClipNorm }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    throw new ValueError(`${optimizer}: ${given.map(([name]) => name).join(' and ')} given, expected at most one`);
  }
}

/** limit / max(norm, limit): 1 within the limit, and never a division by zero. */
function shrink(squares: Tensor, limit: number): Tensor {
  return div(limit, maximum(sqrt(squares), limit));
}

/** Return the clipped gradients; call it in a `tidy`. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipNorm, clipValue, globalClipNorm }: Clipping,
): readonly Tensor[] {
  if (clipValue !== undefined) return gradients.map((gradient) => clipByValue(gradient, -clipValue, clipValue));
  if (clipNorm !== undefined) {
    return gradients.map((gradient) => mul(gradient, shrink(sum(square(gradient)), clipNorm)));
  }
  if (globalClipNorm !== undefined && gradients.length > 0) {
    const factor = shrink(addN(gradients.map((gradient) => sum(square(gradient)))), globalClipNorm);
    return gradients.map((gradient) => mul(gradient, factor));
  }
  return gradients;
}
