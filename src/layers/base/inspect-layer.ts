import { changedOptions } from '../../base/changed-options.js';
import type { Layer } from './layer.js';
import { LAYER_OPTIONS, tableOf } from './layer-options.js';

/** Return the name of a layer and its options that differ from the defaults. */
export function writtenOptions(layer: Layer): object {
  const { name, trainable, batchInputShape, activityRegularizer, options, constructor } = layer;
  const [batch, ...inputShape] = batchInputShape ?? [];
  return {
    name,
    ...(trainable ? {} : { trainable }),
    ...(batchInputShape && (batch === null ? { inputShape } : { batchInputShape })),
    ...changedOptions({ activityRegularizer: LAYER_OPTIONS.activityRegularizer }, { activityRegularizer }),
    ...changedOptions(tableOf(constructor), options),
  };
}
