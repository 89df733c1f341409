import { tidy } from '../scope.js';
import { type AxisView, axisView, normalizeAxes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { reshape } from './reshape.js';

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

/**
 * Reduces over any set of axes by steps over one run of neighbouring axes each, the only form that kernels know.
 * @param reduce reduces [outer, size, inner] to [outer, 1, inner]
 */
export function reduceAxes(
  op: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  keepDims: boolean,
  reduce: (x: Tensor, view: AxisView) => Tensor,
): Tensor {
  x.assertAlive(op);
  const axes = normalizeAxes(op, axis, x.rank);
  const kept = x.shape.map((size, index) => (axes.includes(index) ? 1 : size));
  const shape = keepDims ? kept : kept.filter((_, index) => !axes.includes(index));
  return tidy(() => {
    let result = x;
    const current = [...x.shape];
    // A scalar has no axis to reduce, but mean and sum of it still give a new float.
    for (const [first, last] of axes.length ? runsOf(axes) : ([[0, -1]] as const)) {
      const view = axisView(current, first, last);
      result = reduce(reshape(result, [view.outer, view.size, view.inner]), view);
      for (let index = first; index <= last; index++) current[index] = 1;
    }
    return reshape(result, shape);
  });
}
