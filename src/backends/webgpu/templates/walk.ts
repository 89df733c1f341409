import type { DType } from '../../../base/dtype.js';
import { broadcastStrides, type Shape } from '../../../base/shape.js';
import type { Operand } from '../../kernels.js';
import type { WebGpuBuffer } from '../runtime/batch.js';

/** Shader type of one element; `word` is any of them, moved without being interpreted. */
export type Scalar = 'f32' | 'i32' | 'u32';

export const scalarOf = (dtype: DType): Scalar => (dtype === 'float32' ? 'f32' : dtype === 'int32' ? 'i32' : 'u32');

/** An operand that is walked in strides: element [i₀, i₁, …] of the output reads offset + Σ iₐ · strides[a]. */
export interface Walk {
  readonly buffer: WebGpuBuffer;
  readonly scalar: Scalar;
  readonly size: number;
  /** Null where elements are read in the order of the output. */
  readonly strides: readonly number[] | null;
  readonly offset?: number;
}

/** Operands of one kernel, walked in the order of its output. */
interface Walks {
  readonly shape: Shape;
  readonly size: number;
  readonly operands: readonly Walk[];
}

/** How an operand is read: four neighbours at once, one for all four, or each element by itself. */
export type Access = 'vector' | 'splat' | 'single';

interface Axis {
  size: number;
  readonly strides: number[];
}

/** Return the walk of a broadcast operand. */
export function broadcastWalk({ buffer, shape, size, dtype }: Operand<WebGpuBuffer>, target: Shape): Walk {
  const scalar = scalarOf(dtype);
  const isWhole = shape.length === target.length && shape.every((dimension, axis) => dimension === target[axis]);
  return { buffer, scalar, size, strides: isWhole ? null : broadcastStrides(shape, target) };
}

/** Merge axes that every operand walks without a gap, and drop axes of 1: this saves divisions in each thread. */
function mergeAxes(shape: Shape, walks: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  for (let index = 0; index < shape.length; index++) {
    const size = shape[index];
    if (size === 1) continue;
    const strides = walks.map((walk) => walk[index]);
    const outer = axes[axes.length - 1];
    if (outer?.strides.every((stride, operand) => stride === size * strides[operand])) {
      outer.size *= size;
      for (let operand = 0; operand < strides.length; operand++) outer.strides[operand] = strides[operand];
    } else {
      axes.push({ size, strides });
    }
  }
  return axes;
}

/** Strides of the output itself, for operands that are read in its order. */
function ownStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
  return strides;
}

/** Return the merged axes, and how each operand is read. */
export function arrange({ shape, size, operands }: Walks): { axes: Axis[]; access: Access[] } {
  if (operands.every((walk) => walk.strides === null || walk.size === 1)) {
    const strides = operands.map((walk) => (walk.strides === null ? 1 : 0));
    return { axes: [{ size, strides }], access: strides.map((stride) => (stride === 1 ? 'vector' : 'splat')) };
  }
  const own = ownStrides(shape);
  const axes = mergeAxes(
    shape,
    operands.map((walk) => walk.strides ?? own),
  );
  if (axes.length === 0) axes.push({ size: 1, strides: operands.map(() => 0) });
  const inner = axes[axes.length - 1];
  // A single axis may end within a vector: memory blocks are larger than their tensors.
  const fits = axes.length === 1 || inner.size % 4 === 0;
  const access = operands.map(({ offset = 0 }, operand): Access => {
    if (inner.strides[operand] === 0) return 'splat';
    const isEven = offset % 4 === 0 && axes.slice(0, -1).every(({ strides }) => strides[operand] % 4 === 0);
    return inner.strides[operand] === 1 && isEven ? 'vector' : 'single';
  });
  if (!fits || access.includes('single')) access.fill('single');
  return { axes, access };
}
