import { FormatError } from '../../base/errors.js';
import { formatShape, sameShape } from '../../base/shape.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import { upload } from '../../tensor/tensor.js';
import type { StoredArray } from '../bytes/stored-array.js';

/** One weight and the numbers that it gets. */
export interface Assignment {
  readonly weight: Weight;
  /** Read when the weight is assigned, so that one array at a time is unpacked. */
  readonly shape: readonly number[];
  readonly read: () => StoredArray;
  /** The file and the place in it. */
  readonly caller: string;
}

/** How a file and a model that differ are brought together. */
export interface WeightOptions {
  /**
   * Load the layers that file and model have in common, by their names, and leave the others alone. Default false:
   * every weight of the model must be in the file.
   */
  readonly byName?: boolean;
  /** tfjs's name for the opposite of `byName`; default true. */
  readonly strict?: boolean;
  /**
   * Match layers in their order whatever their names are, as Keras does; default false: names that were chosen must
   * agree.
   */
  readonly byOrder?: boolean;
  /** Leave alone what has another shape. Default false: it is an error. */
  readonly skipMismatch?: boolean;
}

/** Whether weights that the file does not have are left alone. */
export const isPartial = ({ byName, strict }: WeightOptions): boolean => byName === true || strict === false;

/** Result of loading weights. */
export interface WeightReport {
  /** Weights that have the file's values. */
  readonly loaded: readonly string[];
  /** Weights of the model that the file did not set: they are as they were, in a new model random. */
  readonly missing: readonly string[];
  /** Why weights, or arrays of the file, were left out. */
  readonly skipped: readonly string[];
}

/**
 * Give weights their numbers: all of them, or, when one does not fit, none.
 * @throws FormatError when shapes differ, unless `skipMismatch`, or when a weight of the model is left out, unless
 * `byName`
 */
export function assignAll(
  model: Layer,
  assignments: readonly Assignment[],
  options: WeightOptions,
  skippedBefore: readonly string[] = [],
): WeightReport {
  const skipped = [...skippedBefore];
  const fitting = assignments.filter(({ weight, shape, caller }) => {
    if (sameShape(shape, weight.shape)) return true;
    const message = `${caller}: the file has ${formatShape(shape)}, ${weight.path} is ${formatShape(weight.shape)}`;
    if (!options.skipMismatch) throw new FormatError(message);
    skipped.push(message);
    return false;
  });
  const set = new Set(fitting.map(({ weight }) => weight));
  const missing = model.weights.filter((weight) => !set.has(weight)).map(({ path }) => path);
  for (const { weight, read } of fitting) {
    const value = upload(read().values, weight.shape, weight.dtype);
    weight.assign(value);
    value.dispose();
  }
  return { loaded: fitting.map(({ weight }) => weight.path), missing, skipped };
}

/** A few names of a list, for messages. */
export const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? `, … (${names.length} in all)` : '');
