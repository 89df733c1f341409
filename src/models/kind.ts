import type { Layer } from '../layers/base/layer.js';
import { TrainableLayer } from '../training/trainable.js';
import type { Model } from './model.js';
import type { Sequential } from './sequential.js';

/* Told without the classes: a model saves itself, so what writes files cannot import it. */

/** Whether a layer is a model: nothing else trains. */
export const isModel = (layer: Layer): layer is Model => layer instanceof TrainableLayer;

/** Whether a layer is a model whose layers come one after another. */
export const isSequential = (layer: Layer): layer is Sequential =>
  isModel(layer) && layer.architecture === 'Sequential';
