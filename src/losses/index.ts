export { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
export type { LabelRule, LossFunction } from './define-loss.js';
export { klDivergence, poisson } from './divergence.js';
export { categoricalHinge, hinge, squaredHinge } from './hinge.js';
export type { Loss } from './loss.js';
export type { LossReduction } from './reduction.js';
export { type LossIdentifier, type LossOptions, loss, registerLoss } from './registry.js';
export {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.js';
