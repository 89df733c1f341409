import type { Model } from '../../models/model.js';
import type { JsonObject } from '../bytes/json.js';
import type { FileArray } from '../bytes/stored-array.js';
import type { Origin } from '../keras/origin.js';
import type { OpenedSource } from '../storage/source.js';
import type { OwnOptimizers } from '../training/own-optimizers.js';
import type { TrainingProgress } from '../training/progress.js';
import type { StoredOptimizer } from '../training/restore-optimizer.js';
import type { WeightOptions, WeightReport } from '../weights/assign.js';

/** Contents of a model file of any format. Arrays are read on demand. */
export interface ModelFile {
  readonly origin: Origin;
  /** The architecture, as a Keras config; null in a file with only weights. */
  readonly config: unknown;
  /** The arguments of `compile`, as a Keras config. */
  readonly training: JsonObject | null;
  readonly progress: TrainingProgress | null;
  /** Whether the file has arrays: the JSON of Keras's `model.to_json()` has none. */
  readonly hasWeights: boolean;
  /** @throws FormatError when the weights do not match the model */
  loadWeights(model: Model, options: WeightOptions): Promise<WeightReport>;
  /** Return the optimizer's state; null if the file has none. */
  optimizerState(model: Model): Promise<StoredOptimizer | null>;
  /** Return the states of optimizers in the properties of a subclass; null if the file has none. */
  ownOptimizers(model: Model): Promise<OwnOptimizers<FileArray> | null>;
  /** List the arrays of the file, including those of the optimizer. */
  arrays(): Promise<readonly ArrayFacts[]>;
}

/** An array as `inspectFile` lists it. */
export interface ArrayFacts {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type in the file, by numpy's name: `float16`. */
  readonly dtype: string;
}

/** Reader of one format. It is listed in `readers.ts`. */
export interface ModelReader {
  /** Name of the format in the result of `inspectFile`. */
  readonly format: string;
  /** Return whether a file that starts with these bytes has the format. */
  accepts(bytes: Uint8Array): boolean;
  /** @throws FormatError when the file is damaged */
  read(source: OpenedSource): Promise<ModelFile>;
}
