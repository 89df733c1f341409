import { changedOptions } from '../../base/changed-options.js';
import type { Layer } from './layer.js';
import { tableOf } from './layer-options.js';

/** Return the name of a layer and its options that differ from the defaults. */
export function writtenOptions({ name, trainable, batchInputShape, options, constructor }: Layer): object {
  const [batch, ...inputShape] = batchInputShape ?? [];
  return {
    name,
    ...(trainable ? {} : { trainable }),
    ...(batchInputShape && (batch === null ? { inputShape } : { batchInputShape })),
    ...changedOptions(tableOf(constructor), options),
  };
}
