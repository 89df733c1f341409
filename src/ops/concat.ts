import { assertList } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, normalizeAxis } from '../base/shape.js';
import { show } from '../base/show.js';
import { commonDType, type TensorLike, withTensor, withTensors } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { clone, expandDims, squeeze } from './reshape.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';

type Parts = { readonly [index: string]: Tensor };

const concatOp: Op<Parts, { axis: number }> = {
  name: 'concat',
  infer: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const [first] = parts;
    for (const { shape } of parts) {
      const fits =
        shape.length === first.shape.length && shape.every((size, i) => i === axis || size === first.shape[i]);
      if (!fits) {
        throw new ShapeError(
          `concat: parts ${formatShape(first.shape)} and ${formatShape(shape)} differ outside axis ${axis}`,
        );
      }
    }
    const total = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
    return { shape: first.shape.map((size, i) => (i === axis ? total : size)), dtype: first.dtype };
  },
  forward: (kernels, inputs, out, { axis }) => kernels.concat(Object.values(inputs), out, axis),
  gradient: (dy, { inputs, options: { axis } }) => {
    let offset = 0;
    const rules: Record<string, () => Tensor> = {};
    for (const [key, part] of Object.entries(inputs)) {
      const begin = part.shape.map((_, i) => (i === axis ? offset : 0));
      rules[key] = () => slice(dy, begin, part.shape);
      offset += part.shape[axis];
    }
    return rules;
  },
};

const named = (tensors: readonly Tensor[]): Parts => Object.fromEntries(tensors.entries());

/**
 * Joins tensors along an axis; dtypes are promoted.
 * @param axis default 0; from the end when negative
 * @throws ValueError when the list is empty
 * @throws ShapeError when shapes differ outside the axis
 * @example concat([a, b], -1)
 */
export function concat(tensors: readonly TensorLike[], axis?: number | null): Tensor {
  return withTensors('concat', 'tensors', tensors, (parts) => {
    const place = normalizeAxis('concat', axis ?? 0, parts[0].rank);
    if (parts.length === 1) return clone(parts[0]);
    const dtype = commonDType(parts);
    if (parts.every((part) => part.dtype === dtype)) return runOp(concatOp, named(parts), { axis: place });
    return tidy(() => runOp(concatOp, named(parts.map((part) => toDType(part, dtype))), { axis: place }));
  });
}

/** Joins tensors of one shape along a new axis. @throws ShapeError @example stack([a, b]) */
export function stack(tensors: readonly TensorLike[], axis?: number | null): Tensor {
  return withTensors('stack', 'tensors', tensors, (parts) =>
    tidy(() =>
      concat(
        parts.map((part) => expandDims(part, axis)),
        axis,
      ),
    ),
  );
}

/**
 * Cuts x along an axis.
 * @param parts how many equal parts, or the size of each
 * @throws ShapeError when the parts do not add up to the axis
 * @throws ValueError when the count of parts is not an integer ≥ 1
 * @example const [left, right] = split(x, 2, -1)
 */
export function split(x: TensorLike, parts: number | readonly number[], axis?: number | null): Tensor[] {
  return withTensor('split', 'x', x, (x) => {
    const place = normalizeAxis('split', axis ?? 0, x.rank);
    const length = x.shape[place];
    if (typeof parts === 'number' && (!Number.isInteger(parts) || parts < 1)) {
      throw new ValueError(`split: parts is ${parts}, expected an integer ≥ 1 or a list of sizes`);
    }
    if (typeof parts === 'number' && parts > length) {
      throw new ShapeError(`split: parts ${parts} do not divide axis ${place} of x ${formatShape(x.shape)}`);
    }
    if (typeof parts !== 'number') assertList('split', 'parts', parts, 'an integer ≥ 1 or a list of sizes');
    const sizes = typeof parts === 'number' ? new Array<number>(parts).fill(length / parts) : parts;
    const fits =
      sizes.every((size) => Number.isInteger(size) && size >= 0) && sizes.reduce((a, b) => a + b, 0) === length;
    if (!fits)
      throw new ShapeError(`split: parts ${show(parts)} do not divide axis ${place} of x ${formatShape(x.shape)}`);
    let offset = 0;
    const blocks = sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === place ? offset : 0));
      offset += size;
      return { begin, shape: x.shape.map((dimension, i) => (i === place ? size : dimension)) };
    });
    return tidy(() => blocks.map(({ begin, shape }) => slice(x, begin, shape)));
  });
}

/** The slices of x along an axis, without the axis. @example unstack([[1, 2], [3, 4]])[1] // [3, 4] */
export function unstack(x: TensorLike, axis?: number | null): Tensor[] {
  return withTensor('unstack', 'x', x, (x) => {
    const place = normalizeAxis('unstack', axis ?? 0, x.rank);
    return tidy(() => split(x, new Array<number>(x.shape[place]).fill(1), place).map((part) => squeeze(part, place)));
  });
}
