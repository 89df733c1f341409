import { accept, type Given, readOptions, string } from '../../base/options.js';
import type {
  LoadHandler,
  ModelArtifacts,
  SaveHandler,
  SaveResult,
  WeightSpec,
} from '../../training/options/model-artifacts.js';
import { infoOf } from './artifacts.js';

const object = () => accept<object>('an object', (value) => typeof value === 'object' && value !== null);

const ARTIFACTS = {
  /** The config of the model. */
  modelTopology: object(),
  trainingConfig: object().optional(),
  /** Name, shape and dtype of each weight, in the order of the data. */
  weightSpecs: accept<readonly WeightSpec[]>('a list of weights', Array.isArray).default([]),
  /** Values of all weights: one buffer, or pieces in order. */
  weightData: accept<ArrayBuffer | readonly ArrayBuffer[]>(
    'an ArrayBuffer, or several',
    (value) => value instanceof ArrayBuffer || Array.isArray(value),
  ).optional(),
  format: string().optional(),
  generatedBy: string().optional(),
  convertedBy: string().nullable().default(null),
  signature: object().optional(),
  userDefinedMetadata: object().optional(),
  modelInitializer: object().optional(),
  initializerSignature: object().optional(),
};

/**
 * A model in memory, for `loadLayersModel`.
 * @param artifacts the artifacts that a handler of `withSaveHandler` receives
 * @throws ValueError when they lack modelTopology, or have unknown entries
 * @example await model.save(io.withSaveHandler(async (artifacts) => { await loadLayersModel(io.fromMemory(artifacts)); return null; }));
 */
export function fromMemory(artifacts: Given<typeof ARTIFACTS>): LoadHandler {
  const read = readOptions('fromMemory', ARTIFACTS, artifacts);
  return { load: async () => read };
}

/**
 * Pass the model to a function, for `model.save`.
 * @example await model.save(io.withSaveHandler(async ({ weightSpecs }) => { console.log(weightSpecs); return null; }));
 */
export function withSaveHandler(
  save: (artifacts: ModelArtifacts) => Promise<SaveResult | undefined | null>,
): SaveHandler {
  return {
    save: async (artifacts) => (await save(artifacts)) ?? { modelArtifactsInfo: infoOf(artifacts) },
  };
}
