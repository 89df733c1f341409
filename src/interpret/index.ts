/** Views of trained models, and diagnostics of training. */
export { type BadValue, findNaN } from './find-nan.js';
export { type GradCamOptions, gradCam } from './grad-cam.js';
export type { ImageMaps } from './image-maps.js';
export { featureMaps, filters, type LayerMapsOptions } from './layer-maps.js';
export { findLearningRate, type LearningRateFinderOptions, type LearningRates } from './learning-rate-finder.js';
export { type SaliencyOptions, saliency } from './saliency.js';
export { type Mistake, type TopLossesOptions, topLosses } from './top-losses.js';
export { largestBatch, type TrainingMemory, trainingMemory } from './training-memory.js';
