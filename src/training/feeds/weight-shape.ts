import { ShapeError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';
import type { SymbolicShape } from '../../layers/base/symbolic.js';
import type { Loss } from '../../losses/loss.js';
import type { CompiledOutput } from '../model/compile.js';
import type { TrainableModel } from '../model/trained-model.js';

/** The positions of an output that have a loss each; null where any size fits, undefined where the loss decides. */
function positionsOf({ labels, options }: Loss, [, ...axes]: SymbolicShape): (number | null)[] | undefined {
  const axis = options.axis === undefined ? -1 : options.axis;
  // A custom function, or an overlap of regions: their losses are known when they are computed.
  if (labels.kind === 'any' || typeof axis !== 'number') return undefined;
  const last = axis < 0 ? axes.length + axis : axis - 1;
  return axes.filter((_, each) => each !== last);
}

/**
 * Check the shape of sample weights: one for each sample, or one for each position (a step, a pixel) of the output,
 * where the axis of the classes is left out. A last axis of 1 may follow; weights of the leading axes hold for all
 * positions under them.
 * @param output undefined: the model's own step decides what weights are
 * @throws ShapeError when the weights do not fit
 */
export function checkWeightShape(
  caller: string,
  shape: Shape,
  count: number,
  output: CompiledOutput | undefined,
  { outputs }: TrainableModel,
): void {
  const positions = output?.loss ? positionsOf(output.loss, outputs[output.index].shape) : undefined;
  const axes = [count, ...(positions ?? shape.slice(1))];
  const fits = (wanted: readonly (number | null)[]) =>
    shape.length <= wanted.length && shape.every((size, axis) => wanted[axis] === null || wanted[axis] === size);
  if (shape.length > 0 && (fits(axes) || (shape.length === axes.length + 1 && fits([...axes, 1])))) return;
  const perPosition = axes.length > 1 ? `, or [${axes.map((size) => size ?? 'any')}], one a position` : '';
  throw new ShapeError(
    `${caller}: sampleWeight is ${formatShape(shape)}, expected [${count}], one weight a sample${perPosition}`,
  );
}
