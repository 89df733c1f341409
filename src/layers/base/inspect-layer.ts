import { changedOptions } from '../../base/changed-options.js';
import type { OptionTable } from '../../base/options.js';
import type { Layer } from './layer.js';

/** Node asks objects with this method how to print them. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** Return what a layer was made with: its name, and options that are not the default. */
export function writtenOptions({ name, trainable, batchInputShape, options, constructor }: Layer): object {
  const table = (constructor as { readonly options?: OptionTable }).options ?? {};
  const [batch, ...inputShape] = batchInputShape ?? [];
  return {
    name,
    ...(trainable ? {} : { trainable }),
    ...(batchInputShape && (batch === null ? { inputShape } : { batchInputShape })),
    ...changedOptions(table, options),
  };
}
