import type { AxisView } from '../../base/shape.js';
import type { ArgReduction, Kernels, Reduction } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide, type Program } from './runtime/program.js';

interface Fold {
  /** Result for an empty axis. */
  readonly empty: number;
  /** Kernel text: the initial result, and how `value` is combined with `result`. */
  readonly start: string;
  readonly join: string;
}

const FOLDS: Readonly<Record<Exclude<Reduction, 'mean'>, Fold>> = {
  sum: { empty: 0, start: '0', join: 'result += value;' },
  prod: { empty: 1, start: '1', join: 'result *= value;' },
  max: { empty: -Infinity, start: 'x[from]', join: 'result = Math.max(result, value);' },
  min: { empty: Infinity, start: 'x[from]', join: 'result = Math.min(result, value);' },
  any: { empty: 0, start: '0', join: 'if (value !== 0) { result = 1; }' },
  all: { empty: 1, start: '1', join: 'if (value === 0) { result = 0; }' },
};

/**
 * Folds runs of `length` elements along the middle of [outer, size, inner] into [outer, runs, inner], and multiplies by
 * `scale`. The last run may be shorter.
 */
function foldProgram(fn: Exclude<Reduction, 'mean'>, { size, inner }: AxisView, length: number): Program {
  const { start, join } = FOLDS[fn];
  const runs = Math.ceil(size / length);
  return {
    name: `reduce/${fn}`,
    source: `function (x, scale) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.inner', 'line', 'i')}
  ${divide('line', 'this.constants.runs', 'o', 'run')}
  const first = run * this.constants.length;
  const from = (o * this.constants.size + first) * this.constants.inner + i;
  let result = ${start};
  for (let s = 0; s < this.constants.length; s++) {
    if (first + s < this.constants.size) {
      const value = x[from + s * this.constants.inner];
      ${join}
    }
  }
  return result * scale;
}`,
    constants: { size, inner, runs, length },
  };
}

/** Longer axes are folded in two steps: with more threads, and smaller rounding errors. */
const LONG_AXIS = 256;

/** @param x [outer, size, inner] @param out [outer, inner] */
export function reduceInto(device: Device, fn: Reduction, x: GpuBuffer, out: GpuBuffer, view: AxisView): void {
  const kind = fn === 'mean' ? 'sum' : fn;
  const { outer, size, inner } = view;
  const scale = fn === 'mean' ? 1 / size : 1;
  if (x.size === 0) {
    const value = fn === 'mean' ? Number.NaN : FOLDS[kind].empty;
    device.write(out, new Float32Array(out.size).fill(value));
    return;
  }
  if (size < LONG_AXIS) {
    device.launch(foldProgram(kind, view, size), [x, scale], out);
    return;
  }
  const length = Math.ceil(Math.sqrt(size));
  const runs = Math.ceil(size / length);
  device.withScratch(
    outer * runs * inner,
    (partial) => device.launch(foldProgram(kind, view, length), [x, 1], partial),
    (partial) => device.launch(foldProgram(kind, { outer, size: runs, inner }, runs), [partial, scale], out),
  );
}

/** A NaN wins over all, as in numpy; the first of equals wins. */
const argSource = (beats: string) => `function (x) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.inner', 'o', 'i')}
  const from = o * this.constants.size * this.constants.inner + i;
  let best = x[from];
  let place = 0;
  for (let s = 1; s < this.constants.size; s++) {
    const value = x[from + s * this.constants.inner];
    if (${beats} || (isNaNOf(value) > 0 && isNaNOf(best) < 1)) {
      best = value;
      place = s;
    }
  }
  return place;
}`;

const ARG_SOURCES: Readonly<Record<ArgReduction, string>> = {
  argMax: argSource('value > best'),
  argMin: argSource('value < best'),
};

export function reductions(device: Device): Pick<Kernels<GpuBuffer>, 'reduce' | 'argReduce'> {
  return {
    reduce(fn, x, out, view) {
      reduceInto(device, fn, x.buffer, out.buffer, view);
    },

    argReduce(fn, x, out, { size, inner }) {
      device.launch({ name: fn, source: ARG_SOURCES[fn], constants: { size, inner } }, [x.buffer], out.buffer);
    },
  };
}
