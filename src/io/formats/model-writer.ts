import type { Model } from '../../models/model.js';
import type { EncodeOptions } from '../../training/options/save-options.js';

export type Encode = (model: Model, options: EncodeOptions) => Promise<Uint8Array>;

/** Writer of one format. It is listed in `writers.ts`. */
export interface ModelWriter {
  /** Matches the names of files that have the format unless `format` says otherwise. */
  readonly ending: RegExp;
  /** Encode all that the format can hold: for most, a whole model. */
  readonly encode: Encode;
  /** Encode the weights alone; missing where the format has no form for that. */
  readonly encodeWeights?: Encode;
}
