import { ValueError } from '../../base/errors.js';
import { accept, type Option, option } from '../../base/options.js';
import { isPlainObject } from '../../base/show.js';
import { Dataset } from '../../data/dataset.js';
import { isSamples, type ModelData } from '../samples/samples.js';

/** Samples, labels or weights; they are checked against the model later. */
export const modelData = (): Option<ModelData> =>
  accept('samples', (value) => isSamples(value) || Array.isArray(value) || isPlainObject(value));

/** Validation samples and labels, perhaps with sample weights, or batches of them. */
export type ValidationData =
  | readonly [ModelData, ModelData]
  | readonly [ModelData, ModelData, ModelData]
  | Dataset<unknown>;

const EXPECTED = '[x, y], [x, y, sampleWeight] or a data set';

export const validationData = (): Option<ValidationData> =>
  option({
    expected: EXPECTED,
    read: (value, place) => {
      if (value instanceof Dataset) return value;
      if (!Array.isArray(value)) return undefined;
      if (value.length === 2 || value.length === 3) return value as unknown as ValidationData;
      throw new ValueError(`${place} is a list of ${value.length}, expected ${EXPECTED}`);
    },
  });
