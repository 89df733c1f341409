import { FormatError } from '../../base/errors.js';
import { encodeText } from '../../base/utf8.js';
import type { Model } from '../../models/model.js';
import type {
  IOHandler,
  ModelArtifacts,
  ModelArtifactsInfo,
  Quantization,
  SaveResult,
  WeightSpec,
} from '../../training/options/model-artifacts.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { joined } from '../bytes/joined.js';
import { isObject, type JsonObject } from '../bytes/json.js';
import { encodeWeights, tfjsWeights } from '../formats/tfjs/encode-weights.js';
import { writeTopology } from '../formats/tfjs/write-topology.js';
import type { OpenedSource } from '../storage/source.js';

/* A model in the form that tfjs passes to save handlers. */

export type { IOHandler, ModelArtifacts, ModelArtifactsInfo, SaveResult };

/** Whether a value is a handler and not a file. */
export const isHandler = (value: unknown): value is IOHandler =>
  isObject(value) && (typeof value.save === 'function' || typeof value.load === 'function');

/** @throws ValueError when tfjs could not read the model */
export async function artifactsOf(model: Model, quantize?: Quantization): Promise<ModelArtifacts> {
  const { specs, data } = encodeWeights(await tfjsWeights(model), quantize);
  return {
    modelTopology: writeTopology(model),
    format: 'layers-model',
    generatedBy: 'nabla',
    convertedBy: null,
    weightSpecs: specs,
    weightData: data,
  };
}

export function weightBytes({ weightData }: ModelArtifacts): Uint8Array {
  const pieces = (Array.isArray(weightData) ? weightData : weightData ? [weightData] : []) as ArrayBuffer[];
  return joined(pieces.map((piece) => new Uint8Array(piece)));
}

const textBytes = (value: unknown): number => encodeText(JSON.stringify(value ?? null)).length;

export function infoOf(artifacts: ModelArtifacts): ModelArtifactsInfo {
  return {
    dateSaved: new Date(),
    modelTopologyType: 'JSON',
    modelTopologyBytes: textBytes(artifacts.modelTopology),
    weightSpecsBytes: textBytes(artifacts.weightSpecs),
    weightDataBytes: weightBytes(artifacts).length,
  };
}

/** The text of model.json. @param paths names of the weight files next to it */
export function modelJson(
  { modelTopology, weightSpecs, weightData: _, ...rest }: ModelArtifacts,
  paths: readonly string[],
): string {
  return JSON.stringify({ modelTopology, ...rest, weightsManifest: [{ paths, weights: weightSpecs ?? [] }] });
}

/** Convert a handler's artifacts for the reader of model.json. @throws FormatError when they contain no model */
export function openArtifacts(name: string, artifacts: ModelArtifacts): OpenedSource {
  const { modelTopology } = artifacts;
  if (!modelTopology || modelTopology instanceof ArrayBuffer) {
    throw new FormatError(`${name}: there is no modelTopology, expected the config of a model`);
  }
  const weights: NamedBytes = { name: `${name}: weightData`, bytes: weightBytes(artifacts) };
  const json = modelJson(artifacts, weights.bytes.length > 0 ? ['weights.bin'] : []);
  return {
    file: { name, bytes: encodeText(json) },
    beside: async () => weights,
  };
}

/** model.json and its weights as a handler's artifacts. */
export function artifactsFrom(
  json: JsonObject,
  weightSpecs: readonly WeightSpec[],
  weightData: ArrayBuffer,
): ModelArtifacts {
  const { weightsManifest: _, ...rest } = json;
  return { ...(rest as unknown as ModelArtifacts), weightSpecs, weightData };
}
