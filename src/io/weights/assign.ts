import { FormatError } from '../../base/errors.js';
import { formatShape, sameShape } from '../../base/shape.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import { upload } from '../../tensor/tensor.js';
import type { StoredArray } from '../bytes/stored-array.js';

/** A weight and its new values. */
export interface Assignment {
  readonly weight: Weight;
  /** Called when the weight is assigned, so that only one array at a time is unpacked. */
  readonly shape: readonly number[];
  readonly read: () => StoredArray;
  /** The file and the path in it. */
  readonly caller: string;
}

/** Options for matching a file and a model that differ. */
export interface WeightOptions {
  /**
   * Load the layers that the file and the model have in common, by name, and skip the others. Default false:
   * every weight of the model must be in the file.
   */
  readonly byName?: boolean;
  /** tfjs's name for the opposite of `byName`; default true. */
  readonly strict?: boolean;
  /**
   * Match layers by order regardless of their names, as Keras does; default false: names chosen by the user must
   * agree.
   */
  readonly byOrder?: boolean;
  /** Skip weights whose shapes differ. Default false: they are an error. */
  readonly skipMismatch?: boolean;
}

/** Return whether weights that the file does not have are allowed. */
export const isPartial = ({ byName, strict }: WeightOptions): boolean => byName === true || strict === false;

/** Result of loading weights. */
export interface WeightReport {
  /** Weights that were set. */
  readonly loaded: readonly string[];
  /** Weights of the model that the file did not set: they keep their values, which are random in a new model. */
  readonly missing: readonly string[];
  /** Reasons why weights, or arrays of the file, were skipped. */
  readonly skipped: readonly string[];
}

/**
 * Assign weights: all of them or, if one does not fit, none.
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

/** Format some names of a list, for messages. */
export const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? `, … (${names.length} in all)` : '');
