import type { KerasVersion } from './keras/versions.js';

export interface EncodeOptions {
  /** Whether the optimizer's state, and where training stands, are written too; default true. */
  readonly includeOptimizer?: boolean;
  /** Epochs done, to go on with; default: those of the last `fit`. */
  readonly epoch?: number;
  /** The release of Keras whose way of writing is followed; default 3.1.1, which every Keras 3 reads. */
  readonly kerasVersion?: KerasVersion;
}
