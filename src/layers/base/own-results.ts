import { clone } from '../../ops/reshape.js';
import { isTracked } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Clone a result that is an input, a weight or a repeat, so that each returned tensor has one owner. */
export function ownResults(result: Tensor | Tensor[]): Tensor | Tensor[] {
  const owned = new Set<Tensor>();
  const own = (value: Tensor): Tensor => {
    const mine = isTracked(value) && !owned.has(value) ? value : clone(value);
    owned.add(mine);
    return mine;
  };
  return Array.isArray(result) ? result.map(own) : own(result);
}
