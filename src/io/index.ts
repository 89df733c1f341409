/** Model files: what `nabla` exports of them. */
export type { EncodeOptions } from './encode-options.js';
export type { KerasVersion } from './keras/versions.js';
export { type LoadOptions, loadLayersModel, loadModel, loadWeights, resumeTraining } from './load.js';
export {
  encodeModel,
  type ModelFormat,
  type SaveOptions,
  type SaveTarget,
  saveModel,
  saveWeights,
  type WritableFile,
} from './save.js';
export type { FileSource, SourceOptions } from './source.js';
export type { WeightOptions, WeightReport } from './weights/assign.js';
