import { ValueError } from '../../base/errors.js';
import { assertKnownOptions } from '../../base/names.js';
import type { Layer } from './layer.js';

/** What every layer takes beside the options that its config gives back. */
const COMMON_OPTIONS = [
  'name',
  'trainable',
  'dtype',
  'inputShape',
  'batchInputShape',
  'batchSize',
  'inputDType',
  'weights',
  'dataFormat',
];

/**
 * A layer of options that it all reads: a slip in `activaton` must not leave a layer without one.
 * @param others options that the layer takes under a second name, which its config does not use
 * @throws ValueError
 */
export function made<Options extends object, Made extends Layer>(
  name: string,
  LayerClass: new (options: Options) => Made,
  options: Options | null | undefined,
  others: readonly string[] = [],
): Made {
  const given = options ?? ({} as Options);
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ValueError(`layers.${name}: options are ${JSON.stringify(given)}, expected an object`);
  }
  const layer = new LayerClass(given);
  // A config has no place for functions without a name, and is refused with one.
  if (!Object.values(given).some((value) => typeof value === 'function')) {
    assertKnownOptions(layer.describe(), given, [...Object.keys(layer.getConfig()), ...COMMON_OPTIONS, ...others]);
  }
  return layer;
}
