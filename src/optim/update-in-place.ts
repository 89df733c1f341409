import type { Kernels, WeightUpdate } from '../backends/kernels.js';
import { currentBackend } from '../backends/registry.js';
import type { Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';

/** What a kernel changes in place: a weight and its state; and the gradient that it reads. */
interface TensorUpdate {
  readonly weight: Tensor;
  readonly state: readonly Variable[];
  readonly gradient: Tensor;
}

/** Run a kernel that changes variables in place, on the current backend, after copying buffers that others share. */
export function updateInPlace(
  updates: readonly TensorUpdate[],
  kernel: (kernels: Kernels, updates: readonly WeightUpdate<unknown>[]) => void,
): void {
  const backend = currentBackend();
  for (const { weight, state, gradient } of updates) {
    for (const changed of [weight, ...state]) {
      changed.storage.moveTo(backend);
      if (changed instanceof Variable) changed.makeExclusive();
    }
    gradient.storage.moveTo(backend);
  }
  kernel(backend.kernels, updates);
}
