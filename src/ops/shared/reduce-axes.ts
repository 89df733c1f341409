import { type AxisView, axisView, normalizeAxes, type Shape } from '../../base/shape.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Runs of neighbouring axes, last run first, so that a reduction leaves the earlier ones in place. */
function runsOf(axes: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const axis of axes) {
    const open = runs[0];
    if (open && open[1] === axis - 1) open[1] = axis;
    else runs.unshift([axis, axis]);
  }
  return runs;
}

/** A reduction as kernels know it, of the middle of [outer, size, inner], and the shape that its result goes by. */
export interface AxisReduction extends AxisView {
  readonly shape: Shape;
}

/**
 * Reduces over any set of axes by steps over one run of neighbouring axes each, the only form that kernels know.
 * @param reduce takes one step
 */
export function reduceAxes(
  op: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  keepDims: boolean,
  reduce: (x: Tensor, step: AxisReduction) => Tensor,
): Tensor {
  x.assertAlive(op);
  const axes = normalizeAxes(op, axis, x.rank);
  // A scalar has no axis to reduce, but mean and sum of it still give a new float.
  const runs = axes.length ? runsOf(axes) : ([[0, -1]] as const);
  let shape = x.shape;
  const steps = runs.map(([first, last], index): AxisReduction => {
    const view = axisView(shape, first, last);
    shape = shape.map((size, place) => (place >= first && place <= last ? 1 : size));
    const isLast = index === runs.length - 1;
    return { shape: isLast && !keepDims ? shape.filter((_, place) => !axes.includes(place)) : shape, ...view };
  });
  return tidy(() => steps.reduce((result, step) => reduce(result, step), x));
}
