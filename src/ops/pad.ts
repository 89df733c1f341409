import { assertNumber } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { oneOf } from '../base/option.js';
import { show } from '../base/show.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { concat } from './concat.js';
import { type Op, runOp } from './op.js';
import { clone } from './reshape.js';
import { reverse } from './reverse.js';
import { slice } from './slice.js';

const padOp: Op<{ x: Tensor }, { paddings: readonly (readonly [number, number])[]; value: number }> = {
  name: 'pad',
  infer: ({ x }, { paddings }) => ({
    shape: x.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
    dtype: x.dtype,
  }),
  forward: (kernels, { x }, out, { paddings, value }) =>
    kernels.pad(
      x,
      out,
      paddings.map(([before]) => before),
      value,
    ),
  recompute: ({ x }, options) => runOp(padOp, { x }, options),
  gradient: (dy, { inputs: { x }, options: { paddings } }) => ({
    x: () =>
      slice(
        dy,
        paddings.map(([before]) => before),
        x.shape,
      ),
  }),
};

function assertPaddings(op: string, x: Tensor, paddings: readonly (readonly [number, number])[]): void {
  const valid =
    Array.isArray(paddings) &&
    paddings.length === x.rank &&
    paddings.flat().every((count) => Number.isInteger(count) && count >= 0);
  if (!valid) throw new ValueError(`${op}: paddings is ${show(paddings)}, expected ${x.rank} pairs of integers ≥ 0`);
}

/**
 * Adds a border of one value.
 * @param paddings [before, after] for each axis
 * @throws ValueError
 * @example pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
 */
export function pad(
  x: TensorLike,
  paddings: readonly (readonly [number, number])[],
  constantValue?: number | null,
): Tensor {
  return withTensor('pad', 'x', x, (x) => {
    assertPaddings('pad', x, paddings);
    assertNumber('pad', 'constantValue', constantValue ?? 0);
    return runOp(padOp, { x }, { paddings, value: constantValue ?? 0 });
  });
}

const MIRROR_MODE = /* @__PURE__ */ oneOf(['reflect', 'symmetric']);

/**
 * Add a border that mirrors x: `'reflect'` excludes the edge itself, `'symmetric'` repeats it.
 * @throws ValueError for another mode, or when a border is wider than the part that it mirrors
 * @example mirrorPad([1, 2, 3], [[1, 1]], 'reflect') // [2, 1, 2, 3, 2]
 */
export function mirrorPad(
  x: TensorLike,
  paddings: readonly (readonly [number, number])[],
  mode: 'reflect' | 'symmetric',
): Tensor {
  return withTensor('mirrorPad', 'x', x, (x) =>
    tidy(() => {
      assertPaddings('mirrorPad', x, paddings);
      MIRROR_MODE.check('mirrorPad', 'mode', mode);
      const skip = mode === 'reflect' ? 1 : 0;
      let result: Tensor = x;
      for (const [axis, [before, after]] of paddings.entries()) {
        const length = x.shape[axis];
        if (Math.max(before, after) > length - skip) {
          throw new ValueError(
            `mirrorPad: axis ${axis} has ${length} to mirror in mode ${mode}, given [${before},${after}]`,
          );
        }
        const block = (start: number, count: number): Tensor =>
          slice(
            result,
            result.shape.map((_, i) => (i === axis ? start : 0)),
            result.shape.map((size, i) => (i === axis ? count : size)),
          );
        const parts: Tensor[] = [];
        if (before) parts.push(reverse(block(skip, before), axis));
        parts.push(result);
        if (after) parts.push(reverse(block(length - skip - after, after), axis));
        if (parts.length > 1) result = concat(parts, axis);
      }
      return result === x ? clone(x) : result;
    }),
  );
}
