import { FormatError } from '../../base/errors.js';
import { formatShape, sameShape } from '../../base/shape.js';
import type { Weight } from '../../layers/base/weight.js';
import { upload } from '../../tensor/tensor.js';
import type { StoredArray } from '../array.js';

/** One weight and the numbers that it gets. */
export interface Assignment {
  readonly weight: Weight;
  readonly array: StoredArray;
  /** The file and the place in it. */
  readonly caller: string;
}

/** How strictly a file must fit the model. */
export interface WeightOptions {
  /** Layers are matched by their names; those that only one side has are left alone. Default false: all must match. */
  readonly byName?: boolean;
  /** What has another shape is left alone. Default false: it is an error. */
  readonly skipMismatch?: boolean;
}

/** What loading weights did. */
export interface WeightReport {
  /** Weights that got values. */
  readonly loaded: readonly string[];
  /** Why others did not. */
  readonly skipped: readonly string[];
}

/**
 * Gives weights their numbers: all of them, or, when one does not fit, none.
 * @throws FormatError when shapes differ, unless `skipMismatch`
 */
export function assignAll(
  assignments: readonly Assignment[],
  { skipMismatch }: WeightOptions,
  skippedBefore: readonly string[] = [],
): WeightReport {
  const skipped = [...skippedBefore];
  const fitting = assignments.filter(({ weight, array, caller }) => {
    if (sameShape(array.shape, weight.shape)) return true;
    const message = `${caller}: the file has ${formatShape(array.shape)}, ${weight.path} is ${formatShape(weight.shape)}`;
    if (!skipMismatch) throw new FormatError(message);
    skipped.push(message);
    return false;
  });
  for (const { weight, array } of fitting) {
    const value = upload(array.values, weight.shape, weight.dtype);
    weight.assign(value);
    value.dispose();
  }
  return { loaded: fitting.map(({ weight }) => weight.path), skipped };
}
