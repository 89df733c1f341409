import { type Option, option } from '../../base/options.js';
import { isTensorLike, type TensorLike, toTensor } from '../../tensor/convert.js';
import type { Tensor } from '../../tensor/tensor.js';

/** An option that takes a tensor, or a value in place of one. */
export const tensorLike = (): Option<TensorLike> =>
  option({
    expected: 'a tensor, a number, an array or an ndarray',
    read: (value) => (isTensorLike(value) ? value : undefined),
  });

/** An operand that may be missing, as a tensor of its partner's dtype where it is not one yet. */
export const optionalTensor = (
  caller: string,
  argument: string,
  value: TensorLike | null | undefined,
  partner: Tensor,
): Tensor | undefined =>
  value === undefined || value === null ? undefined : toTensor(caller, argument, value, partner.dtype);
