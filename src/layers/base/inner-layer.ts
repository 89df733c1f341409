import { type Option, option } from '../../base/options.js';
import { type Configurable, serialized } from '../../base/serialization.js';
import { Layer } from './layer.js';

/** Names of options whose values are layers; loaders create layers from their configs. */
export const INNER_LAYERS: readonly string[] = ['layer', 'backwardLayer', 'cell', 'cells'];

/** An option whose value is a layer or a list of layers; configs contain their classes and configs. */
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
