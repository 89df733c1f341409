import { type Option, option } from '../../base/options.js';
import { type Configurable, serialized } from '../../base/serialization.js';
import { Layer } from './layer.js';

/** Names of options that hold layers; loaders make layers of their configs. */
export const INNER_LAYERS: readonly string[] = ['layer', 'backwardLayer', 'cell', 'cells'];

/** An option that holds a layer, or a list of layers; configs hold their classes and configs. */
export const innerLayer = <Value>(
  expected: string,
  test: (value: unknown) => boolean = (value) => value instanceof Layer,
): Option<Value> =>
  option<Value>({
    expected,
    read: (value) => (test(value) ? (value as Value) : undefined),
    toConfig: (value) =>
      Array.isArray(value) ? value.map((each) => serialized(each)) : serialized(value as Configurable | null),
  });
