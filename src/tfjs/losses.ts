/*
 * The namespace `losses`: tfjs's losses, which return one number, and Keras's under names that tfjs does not use, which
 * return one number per sample.
 */
export * from '../losses/index.js';
export { computeWeightedLoss, Reduction } from './weighted-loss.js';
export * from './weighted-losses.js';
// tfjs's function if both have the name; `metrics` has that of Keras.
export { meanSquaredError } from './weighted-losses.js';
