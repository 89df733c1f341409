import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { activation, batchNormalization, dense, globalAveragePooling2d } from '../layers/index.js';
import { type ApplicationValues, type POOLING_NAMES, pooledFeatures } from './options.js';

/* Parts that several models of keras.applications share. */

/** The batch norm of ResNets and DenseNets: its epsilon is 1.001e-5. */
export const normalization = (name: string) => batchNormalization({ epsilon: 1.001e-5, name });

/** Batch norm, relu. */
export function normalizedRelu(x: SymbolicTensor, normName: string, reluName: string): SymbolicTensor {
  return activation({ activation: 'relu', name: reluName }).apply(normalization(normName).apply(x));
}

/**
 * The model of features: pooled as `pooling` says without the top, else with `avg_pool` and `predictions`.
 * @param poolingNames of the pooling without the top, for models where Keras names it
 */
export function application(
  inputs: SymbolicTensor,
  features: SymbolicTensor,
  { name, classes, includeTop, pooling, classifierActivation }: ApplicationValues,
  poolingNames?: typeof POOLING_NAMES,
): Model {
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(features, pooling, poolingNames), name });
  const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
  const outputs = dense({ units: classes, activation: classifierActivation, name: 'predictions' }).apply(pooled);
  return model({ inputs, outputs, name });
}
