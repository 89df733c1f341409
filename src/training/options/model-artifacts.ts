/*
 * A model in the form that tfjs's save handlers receive. The types are declared below the folder that writes files, so
 * that models can name them.
 */

/** Types that weights are shortened to in files; they come back as float32. */
export type Quantization = 'float16' | 'uint8' | 'uint16';

/** An array of a manifest. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization?: {
    readonly dtype: Quantization;
    readonly original_dtype: 'float32';
    readonly scale?: number;
    readonly min?: number;
  };
}

/** tfjs's ModelArtifacts: config and weights, in memory. */
export interface ModelArtifacts {
  readonly modelTopology: object;
  readonly trainingConfig?: object;
  readonly weightSpecs?: readonly WeightSpec[];
  /** One buffer, or pieces of it in order. */
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly signature?: object;
  readonly userDefinedMetadata?: object;
}

/** When and how large: what stores list. */
export interface ModelArtifactsInfo {
  readonly dateSaved: Date;
  readonly modelTopologyType: 'JSON';
  readonly modelTopologyBytes: number;
  readonly weightSpecsBytes: number;
  readonly weightDataBytes: number;
}

export interface SaveResult {
  readonly modelArtifactsInfo: ModelArtifactsInfo;
  readonly responses?: readonly Response[];
}

/** Where a model is saved to, as tfjs has it. */
export interface SaveHandler {
  save(artifacts: ModelArtifacts): Promise<SaveResult>;
}

/** Where a model is loaded from, as tfjs has it. */
export interface LoadHandler {
  load(): Promise<ModelArtifacts>;
}

/** tfjs's IOHandler. */
export type IOHandler = Partial<SaveHandler & LoadHandler>;
