export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  type SmoothedCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './crossentropy.js';
export { klDivergence, poisson } from './divergence.js';
export { categoricalHinge, hinge, squaredHinge } from './hinge.js';
export type { LabelRule, Loss, LossFunction } from './loss.js';
export { getLoss, type LossIdentifier, type LossOptions, loss, registerLoss } from './registry.js';
export {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.js';
