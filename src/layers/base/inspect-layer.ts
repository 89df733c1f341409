import { changedOptions } from '../../base/changed-options.js';
import type { Layer } from './layer.js';
import { tableOf } from './layer-options.js';

/** Return what a layer was made with: its name, and options that are not the default. */
export function writtenOptions({ name, trainable, batchInputShape, options, constructor }: Layer): object {
  const [batch, ...inputShape] = batchInputShape ?? [];
  return {
    name,
    ...(trainable ? {} : { trainable }),
    ...(batchInputShape && (batch === null ? { inputShape } : { batchInputShape })),
    ...changedOptions(tableOf(constructor), options),
  };
}
