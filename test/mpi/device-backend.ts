import { setImmediate as turn } from 'node:timers/promises';
import type { Backend } from '../../src/backends/backend.js';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { registerBackend } from '../../src/backends/registry.js';
import type { TypedArray } from '../../src/base/dtype.js';
import { BackendError } from '../../src/base/errors.js';

/** The cpu's kernels behind the interface of a GPU: the host sees no memory, and each read takes a while. */
function deviceBackend(): Backend<TypedArray> {
  const { view: _, ...device } = cpuBackend();
  return {
    ...device,
    name: 'device',
    info: () => ({ name: 'device', variant: 'cpu', threads: 1, notes: [] }),
    read: async (buffer) => {
      await turn();
      return buffer.slice();
    },
    readSync: () => {
      throw new BackendError('device: memory is not visible to the host; data() waits for it');
    },
  };
}

registerBackend('device', deviceBackend);
