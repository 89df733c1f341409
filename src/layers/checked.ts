import { ValueError } from '../tensor/errors.js';
import { assertKnownOptions } from '../tensor/suggest.js';
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

type Maker = (options: object) => Layer;

/**
 * Makers of layers that refuse options they would not read: a slip in `activaton` must not leave a layer without one.
 * @param others options that a layer takes under a second name, which its config does not use
 * @throws ValueError
 */
export function checked<Makers extends Readonly<Record<string, (options: never) => Layer>>>(
  makers: Makers,
  others: { readonly [Name in keyof Makers]?: readonly string[] },
): Makers {
  const entries = Object.entries(makers).map(([name, make]) => [
    name,
    checkedMaker(name, make as Maker, [...COMMON_OPTIONS, ...(others[name] ?? [])]),
  ]);
  return Object.fromEntries(entries) as unknown as Makers;
}

function checkedMaker(name: string, make: Maker, names: readonly string[]): (options?: object | null) => Layer {
  return (options) => {
    const given = options ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) {
      throw new ValueError(`layers.${name}: options are ${JSON.stringify(given)}, expected an object`);
    }
    const layer = make(given);
    // A config has no place for functions without a name, and is refused with one.
    if (!Object.values(given).some((value) => typeof value === 'function')) {
      assertKnownOptions(layer.describe(), given, [...Object.keys(layer.getConfig()), ...names]);
    }
    return layer;
  };
}
