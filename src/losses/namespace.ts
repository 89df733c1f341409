/** tfjs's losses, which give one number (`reduced.ts`), and Keras's under names that tfjs does not use, which give one a sample. */
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './crossentropy.js';
export { klDivergence, poisson } from './divergence.js';
export { categoricalHinge, hinge, squaredHinge } from './hinge.js';
export * from './reduced.js';
export { loss, registerLoss } from './registry.js';
export {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
} from './regression.js';
