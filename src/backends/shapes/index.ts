import { BackendError } from '../../base/errors.js';
import type { Backend } from '../backend.js';
import type { Kernels } from '../kernels.js';

/** Every kernel, doing nothing. */
const idleKernels = new Proxy({} as Kernels<null>, { get: () => () => {} });

function noData(): never {
  throw new BackendError('shapes: a tensor of this backend has a shape and no values');
}

/**
 * A backend without data: ops run their shape rules alone. `summary()` and symbolic layer calls
 * use it, so that no layer needs its own shape rule.
 */
export const shapesBackend: Backend<null> = {
  name: 'shapes',
  dataless: true,
  kernels: idleKernels,
  info: () => ({ name: 'shapes', variant: 'no data', threads: 0, notes: [] }),
  supports: () => true,
  allocate: () => null,
  upload: () => null,
  free: () => {},
  read: noData,
  readSync: noData,
};
