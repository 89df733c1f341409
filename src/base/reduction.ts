import { type Axes, type AxisView, axisView, normalizeAxes, type Shape } from './shape.js';

/** Group neighbouring axes into runs, last run first, so that reducing one does not move the others. */
function runsOf(axes: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const axis of axes) {
    const open = runs[0];
    if (open && open[1] === axis - 1) open[1] = axis;
    else runs.unshift([axis, axis]);
  }
  return runs;
}

/** A reduction in the kernels' form, over the middle of [outer, size, inner], and the shape of its result. */
export interface AxisReduction extends AxisView {
  readonly shape: Shape;
}

/**
 * Split a reduction over any set of axes into reductions over one run of neighbouring axes each, the only form that
 * kernels know.
 * @param axis all axes when left out
 * @param keepDims leave axes of 1 where axes were reduced
 * @throws ValueError when an axis is out of range or named twice
 */
export function reductionSteps(
  caller: string,
  from: Shape,
  axis: Axes | undefined,
  keepDims: boolean,
): AxisReduction[] {
  const axes = normalizeAxes(caller, axis, from.length);
  // A scalar has no axis to reduce, but mean and sum of it still give a new float.
  const runs = axes.length ? runsOf(axes) : ([[0, -1]] as const);
  let shape = from;
  return runs.map(([first, last], index) => {
    const view = axisView(shape, first, last);
    shape = shape.map((size, place) => (place >= first && place <= last ? 1 : size));
    const isLast = index === runs.length - 1;
    return { shape: isLast && !keepDims ? shape.filter((_, place) => !axes.includes(place)) : shape, ...view };
  });
}
