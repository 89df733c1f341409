import { axisView, broadcastStrides, type Shape, stridesOf } from '../../base/shape.js';
import type { Kernels, Operand } from '../kernels.js';
import type { Runtime } from './runtime.js';
import { copyStrided, isWord, type Layout } from './strided.js';

type MovementKernels = Pick<
  Kernels<number>,
  'broadcast' | 'transpose' | 'concat' | 'slice' | 'sliceGradient' | 'pad' | 'reverse'
>;

const whole = ({ buffer, shape }: Operand<number>): Layout => ({ address: buffer, strides: stridesOf(shape) });

/** The places in `x` that a slice reads. */
function windowOf({ buffer, shape }: Operand<number>, begin: readonly number[], steps: readonly number[]): Layout {
  const strides = stridesOf(shape);
  const offset = begin.reduce((sum, index, axis) => sum + index * strides[axis], 0);
  return { address: buffer + offset * 4, strides: strides.map((stride, axis) => stride * steps[axis]) };
}

/** Kernels that only move data: copies from one layout to another. */
export function movementKernels(
  runtime: Runtime,
  kernels: () => Kernels<number>,
  host: Kernels<number>,
): MovementKernels {
  const copy = (shape: Shape, from: Layout, to: Layout): void => {
    if (!shape.includes(0)) copyStrided(runtime, shape, from, to);
  };
  return {
    broadcast(x, out) {
      if (!isWord(x.dtype)) return host.broadcast(x, out);
      copy(out.shape, { address: x.buffer, strides: broadcastStrides(x.shape, out.shape) }, whole(out));
    },

    transpose(x, out, permutation) {
      if (!isWord(x.dtype)) return host.transpose(x, out, permutation);
      const strides = stridesOf(x.shape);
      copy(out.shape, { address: x.buffer, strides: permutation.map((axis) => strides[axis]) }, whole(out));
    },

    concat(parts, out, axis) {
      if (!isWord(out.dtype)) return host.concat(parts, out, axis);
      const { size, inner } = axisView(out.shape, axis);
      let before = 0;
      for (const part of parts) {
        const { outer, size: own } = axisView(part.shape, axis);
        const run = own * inner;
        const to = { address: out.buffer + before * 4, strides: [size * inner, 1] };
        copy([outer, run], { address: part.buffer, strides: [run, 1] }, to);
        before += run;
      }
    },

    slice(x, out, begin, strides) {
      if (!isWord(x.dtype)) return host.slice(x, out, begin, strides);
      copy(out.shape, windowOf(x, begin, strides), whole(out));
    },

    sliceGradient(x, out, begin, strides) {
      if (!isWord(x.dtype)) return host.sliceGradient(x, out, begin, strides);
      kernels().fill(out, 0);
      copy(x.shape, whole(x), windowOf(out, begin, strides));
    },

    pad(x, out, before, value) {
      if (!isWord(x.dtype)) return host.pad(x, out, before, value);
      kernels().fill(out, value);
      const ones = before.map(() => 1);
      copy(x.shape, whole(x), windowOf(out, before, ones));
    },

    reverse(x, out, axes) {
      if (!isWord(x.dtype)) return host.reverse(x, out, axes);
      const last = x.shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0));
      const backwards = x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
      copy(out.shape, windowOf(x, last, backwards), whole(out));
    },
  };
}
