export { circle } from './circle.js';
export { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.js';
export { ctc } from './ctc.js';
export type { LabelRule, LossFunction } from './define-loss.js';
export { klDivergence, poisson } from './divergence.js';
export { binaryFocalCrossentropy, categoricalFocalCrossentropy } from './focal.js';
export { categoricalGeneralizedCrossEntropy } from './generalized-crossentropy.js';
export { categoricalHinge, hinge, squaredHinge } from './hinge.js';
export type { Loss } from './loss.js';
export { dice, tversky } from './overlap.js';
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
