import type { TypedArray } from '../../base/dtype.js';
import type { Shape } from '../../base/shape.js';

/** Element [i₀, i₁, …] is at offset + Σ iₐ · strides[a]. Stride 0 repeats an axis, a negative one runs backwards. */
export interface Strided {
  readonly values: TypedArray;
  readonly offset: number;
  readonly strides: readonly number[];
}

export interface Axis {
  size: number;
  from: number;
  to: number;
}

/** Merge axes that both sides walk without a gap, so that the innermost loop is as long as possible. */
export function mergeAxes(shape: Shape, from: readonly number[], to: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  for (const [index, size] of shape.entries()) {
    if (size === 1) continue;
    const outer = axes.at(-1);
    if (outer && outer.from === size * from[index] && outer.to === size * to[index]) {
      outer.size *= size;
      outer.from = from[index];
      outer.to = to[index];
    } else {
      axes.push({ size, from: from[index], to: to[index] });
    }
  }
  return axes.length ? axes : [{ size: 1, from: 0, to: 0 }];
}

function copyRun(x: TypedArray, from: number, y: TypedArray, to: number, axis: Axis): void {
  const { size, from: fromStep, to: toStep } = axis;
  for (let i = 0; i < size; i++) y[to + i * toStep] = x[from + i * fromStep];
}

/** Copy a block of `shape` from one layout to another. */
export function copyStrided(shape: Shape, source: Strided, target: Strided): void {
  const axes = mergeAxes(shape, source.strides, target.strides);
  const last = axes.length - 1;
  const walk = (depth: number, from: number, to: number): void => {
    const axis = axes[depth];
    if (depth === last) copyRun(source.values, from, target.values, to, axis);
    else for (let i = 0; i < axis.size; i++) walk(depth + 1, from + i * axis.from, to + i * axis.to);
  };
  walk(0, source.offset, target.offset);
}
