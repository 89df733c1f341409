import type { Kernels } from '../backends/kernels.js';
import { currentBackend } from '../backends/registry.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';

/** Run a kernel that changes variables in place, on the current backend, after copying buffers that others share. */
export function updateInPlace(
  variables: readonly Variable[],
  gradient: Tensor,
  kernel: (kernels: Kernels) => void,
): void {
  const backend = currentBackend();
  for (const variable of variables) {
    variable.storage.moveTo(backend);
    variable.makeExclusive();
  }
  gradient.storage.moveTo(backend);
  kernel(backend.kernels);
}
