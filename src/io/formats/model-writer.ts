import type { Model } from '../../models/model.js';
import type { EncodeOptions } from '../../training/options/save-options.js';

export type Encode = (model: Model, options: EncodeOptions) => Promise<Uint8Array>;

/** Writer of one format. It is listed in `writers.ts`. */
export interface ModelWriter {
  /** Matches the names of files that are written in this format by default. */
  readonly ending: RegExp;
  /** Encode everything that the format supports: usually a whole model. */
  readonly encode: Encode;
  /** Encode only the weights; missing if the format does not support it. */
  readonly encodeWeights?: Encode;
}
