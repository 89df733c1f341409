import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, type Shape } from '../base/shape.js';
import { checkClasses, place } from './check-classes.js';
import type { Loss } from './loss.js';

/** Labels on the host, the samples along the first axis. */
export interface HostLabels {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
}

type OutputShape = readonly (number | null)[];

/**
 * Check labels once, on the host, before training starts.
 * @param caller for messages: the loss, and the output where there are several
 * @param outputShape the model's output, the batch first, null where any size fits
 * @throws ShapeError when the labels do not have the shape that the loss expects
 * @throws ValueError when one is NaN, infinite, or out of range
 */
export function checkLabels(caller: string, loss: Loss, { values, shape }: HostLabels, outputShape: OutputShape): void {
  if (loss.labels.kind === 'any') return;
  if (loss.labels.kind === 'classes') {
    const { axis = -1, ignored = null } = loss.labels;
    const last = axis < 0 ? axis + outputShape.length : axis;
    checkShape(
      caller,
      shape,
      outputShape.filter((_, each) => each !== last),
      'one class number per sample; one-hot labels go with categoricalCrossentropy',
    );
    checkClasses(caller, values, outputShape[last] ?? Number.POSITIVE_INFINITY, ignored, shape);
    return;
  }
  const hint = 'the shape of the output';
  checkShape(
    caller,
    shape,
    outputShape,
    loss.fromLogits?.activation === 'softmax' ? `${hint}; class numbers go with sparseCategoricalCrossentropy` : hint,
  );
  checkRange(caller, values, loss.labels.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], shape);
}

/** Return whether shapes are equal, except for null axes and a last axis of 1, which may be missing or extra. */
function checkShape(caller: string, given: Shape, expected: OutputShape, what: string): void {
  const fits = (shape: OutputShape) =>
    given.length === shape.length &&
    given.every((size, axis) => axis === 0 || shape[axis] === null || shape[axis] === size);
  if (fits(expected) || fits([...expected, 1]) || (expected.at(-1) === 1 && fits(expected.slice(0, -1)))) return;
  const wanted = expected.map((size, axis) => (axis === 0 ? given[0] : (size ?? 'any')));
  throw new ShapeError(`${caller}: yTrue is ${formatShape(given)}, expected [${wanted.join(',')}], ${what}`);
}

function checkRange(
  caller: string,
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  shape: Shape,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= low && value <= high) || !Number.isFinite(value)) {
      const expected = Number.isFinite(high)
        ? `${low} to ${high}`
        : low === 0
          ? 'a finite number ≥ 0'
          : 'a finite number';
      throw new ValueError(`${caller}: yTrue has ${value} ${place(i, shape)}, expected ${expected}`);
    }
  }
}
