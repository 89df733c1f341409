import type { DType } from '../../base/dtype.js';
import type { KerasVersion } from '../../training/options/save-options.js';

/** Differences between the releases whose files nabla writes. */
export interface WrittenVersion {
  readonly version: KerasVersion;
  /** Since 3.2 a layer's dtype is a policy, an object. */
  readonly dtype: (name: DType) => unknown;
  /** Since 3.3 the group of a layer's variables has the layer's name. */
  readonly namesVariables: boolean;
}

const policy = (name: DType) => ({
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name },
  registered_name: null,
});

/** Every Keras 3 reads files of 3.1.1. */
export const WRITTEN_VERSIONS: Readonly<Record<KerasVersion, WrittenVersion>> = {
  '3.1.1': { version: '3.1.1', dtype: (name) => name, namesVariables: false },
  '3.15.0': { version: '3.15.0', dtype: policy, namesVariables: true },
};
