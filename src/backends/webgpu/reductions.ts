import type { AxisView } from '../../base/shape.js';
import type { ArgReduction, Kernels, Reduction } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Fold, foldPlan, runFold } from './templates/fold.js';
import { type Scalar, scalarOf } from './templates/walk.js';

/** Initial value of a reduction, and the expression that combines `a` and `b`, for floats and for integers. */
const JOINS: Readonly<Record<Exclude<Reduction, 'mean'>, { float: string; integer: string; start: number }>> = {
  sum: { float: 'a + b', integer: 'a + b', start: 0 },
  prod: { float: 'a * b', integer: 'a * b', start: 1 },
  max: { float: 'maxOf(a, b)', integer: 'max(a, b)', start: Number.NEGATIVE_INFINITY },
  min: { float: 'minOf(a, b)', integer: 'min(a, b)', start: Number.POSITIVE_INFINITY },
  any: { float: 'a + b', integer: 'a | b', start: 0 },
  all: { float: 'a * b', integer: 'a & b', start: 1 },
};

/** The least and the largest integer; floats have infinities, which WGSL cannot write down. */
const startOf = (start: number, scalar: Scalar): number => {
  if (scalar === 'f32' || Number.isFinite(start)) return start;
  if (scalar === 'i32') return start < 0 ? -(2 ** 31) : 2 ** 31 - 1;
  return start < 0 ? 0 : 1;
};

/** Convert an element for folding: a condition to 0 or 1. */
function elementOf(fn: Reduction, from: Scalar, state: Scalar): string {
  const element = 'x[(o * u.size + s) * u.inner + i]';
  if (fn === 'any' || fn === 'all') return `select(0u, 1u, bool(${element}))`;
  return from === state ? element : `${state}(${element})`;
}

function reduction(fn: Reduction, from: Scalar, to: Scalar): Fold {
  const joined = fn === 'mean' ? 'sum' : fn;
  const { float, integer } = JOINS[joined];
  const join = to === 'f32' ? float : integer;
  const total = joined === 'sum' && to === 'f32' ? 'total / u.divisor' : 'total';
  return {
    name: `reduce/${joined}/${from}/${to}`,
    reads: [`x: ${from}`],
    writes: [`y: ${to}`],
    uniforms: [`start: ${to}`, 'divisor: f32'],
    state: to,
    start: 'u.start',
    visit: `return merge(state, ${elementOf(fn, from, to)});`,
    merge: `return ${join};`,
    store: `y[chunk * u.outputs + output] = ${total};`,
  };
}

/** Folds runs of a long axis first, and the results of the runs by a second kernel. */
export function reduceInto(
  device: Device,
  fn: Reduction,
  x: WebGpuBuffer,
  out: WebGpuBuffer,
  view: AxisView,
  from: Scalar = 'f32',
  to: Scalar = 'f32',
): void {
  const plan = foldPlan(view, fn !== 'mean');
  const outputs = view.outer * view.inner;
  // A mean is a sum until it is stored.
  const uniforms = [startOf(JOINS[fn === 'mean' ? 'sum' : fn].start, to), fn === 'mean' ? view.size : 1];
  const fold = reduction(fn, from, to);
  if (plan.chunks === 1) {
    runFold(device, fold, view, plan, { reads: [x], writes: [out], uniforms });
    return;
  }
  device.withScratch([plan.chunks * outputs], (partial) => {
    runFold(device, fold, view, plan, { reads: [x], writes: [partial], uniforms });
    const rest = { outer: 1, size: plan.chunks, inner: outputs };
    const last = foldPlan(rest, false);
    runFold(device, reduction(fn, to, to), rest, last, { reads: [partial], writes: [out], uniforms });
  });
}

/** A NaN wins over all, as in numpy; the first of equals wins. */
function argReduction(fn: ArgReduction, scalar: Scalar): Fold {
  const beats = fn === 'argMax' ? '>' : '<';
  const isNaN = (value: string): string => (scalar === 'f32' ? `isNaNOf(${value})` : 'false');
  return {
    name: `${fn}/${scalar}`,
    reads: [`x: ${scalar}`],
    writes: ['y: u32'],
    declarations: `struct Best { value: ${scalar}, place: u32, isNaN: bool }`,
    state: 'Best',
    // The initial position means that no element has been compared yet.
    start: `Best(${scalar}(), 0xffffffffu, false)`,
    visit: `let value = x[(o * u.size + s) * u.inner + i];
  return merge(state, Best(value, s, ${isNaN('value')}));`,
    merge: `if (b.place == 0xffffffffu) { return a; }
  if (a.place == 0xffffffffu) { return b; }
  let isFirst = a.place < b.place;
  let areEqual = (a.isNaN && b.isNaN) || (!a.isNaN && !b.isNaN && a.value == b.value);
  let wins = (a.isNaN && !b.isNaN) || (areEqual && isFirst) || (!areEqual && !b.isNaN && a.value ${beats} b.value);
  if (wins) { return a; }
  return b;`,
    store: 'y[output] = total.place;',
  };
}

export function reductions(device: Device): Pick<Kernels<WebGpuBuffer>, 'reduce' | 'argReduce'> {
  return {
    reduce(fn, x, out, view) {
      reduceInto(device, fn, x.buffer, out.buffer, view, scalarOf(x.dtype), scalarOf(out.dtype));
    },

    argReduce(fn, x, out, view) {
      const fold = argReduction(fn, scalarOf(x.dtype));
      runFold(device, fold, view, foldPlan(view, false), { reads: [x.buffer], writes: [out.buffer] });
    },
  };
}
