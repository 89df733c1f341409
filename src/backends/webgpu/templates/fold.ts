import type { AxisView } from '../../../base/shape.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Program, THREADS } from '../runtime/program.js';

/**
 * A fold of the middle of [outer, size, inner]: `start` is folded with each element by `visit`, lanes are joined by
 * `merge`, and `store` takes the result.
 */
export interface Fold {
  /** Identifies the text. */
  readonly name: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Behind the template's own, which are FOLD_FIELDS. */
  readonly uniforms?: readonly string[];
  /** The type of a state. */
  readonly state: string;
  /** An expression. */
  readonly start: string;
  /** Lines that return the state after element `s` of output `i` of `o`, from `state`. */
  readonly visit: string;
  /** Lines that return the state of both `a` and `b`; `a` comes first. */
  readonly merge: string;
  /** Lines for `total`, the state of output number `output`, element `i` of `o`, in chunk `chunk`. */
  readonly store: string;
  /**
   * Lines for every lane, with `total`, `first`, `last` and `lane`: instead of `store`, where a whole row is written.
   */
  readonly storeRow?: string;
  readonly declarations?: string;
}

/** Uniforms of every fold. */
const FOLD_FIELDS = ['outputs: u32', 'size: u32', 'inner: u32', 'chunk: u32', 'chunks: u32'] as const;

/** Distribution of work: `lanes` threads fold an output, and `LANES · columns` threads are a workgroup. */
export interface FoldPlan {
  readonly lanes: 1 | 16 | 256;
  /**
   * Neighbouring threads are neighbouring outputs, else neighbouring lanes: whichever are adjacent in memory. A single
   * lane is its outputs either way.
   */
  readonly across: boolean;
  /** Runs that an axis is cut into; their states are folded by a second kernel. */
  readonly chunks: number;
  readonly chunk: number;
}

/** Workgroups that keep a device busy, and threads that do if each is on its own. */
const ENOUGH_GROUPS = 64;
const ENOUGH_THREADS = 8192;

/** From this many outputs on, a thread for each folds a short axis as soon as 16 would. */
const FEW_OUTPUTS = 2048;

/** Fewer outputs leave lanes idle that lie across 16 of them. */
const NARROW = 16;

/** Longer axes may be cut into runs. */
const LONG_AXIS = 1024;

/** Least elements of a run for lanes that share it, and for one. */
const LEAST_RUN = 256;
const LEAST_OWN_RUN = 64;

/** @param mayCut whether a second kernel can join the states of runs */
export function foldPlan({ outer, size, inner }: AxisView, mayCut: boolean): FoldPlan {
  const outputs = outer * inner;
  const across = inner > 1;
  const mayRun = mayCut && size >= LONG_AXIS;
  if (mayRun && across && outputs < NARROW) {
    const runs = Math.min(Math.ceil(ENOUGH_THREADS / outputs), Math.ceil(size / LEAST_OWN_RUN));
    return { lanes: 1, across, ...runsOf(size, runs) };
  }
  const isShort = size <= 32 || (across && size <= 128 && outputs >= FEW_OUTPUTS);
  const lanes = isShort || (across && outputs >= THREADS * ENOUGH_GROUPS) ? 1 : !across && size >= 512 ? 256 : 16;
  const groups = Math.ceil((outputs * lanes) / THREADS);
  if (!mayRun || groups >= ENOUGH_GROUPS) return { lanes, across, chunks: 1, chunk: size };
  const runs = Math.min(Math.ceil((2 * ENOUGH_GROUPS) / groups), Math.ceil(size / LEAST_RUN));
  return { lanes, across, ...runsOf(size, runs) };
}

function runsOf(size: number, runs: number): Pick<FoldPlan, 'chunks' | 'chunk'> {
  const chunk = Math.ceil(size / runs);
  return { chunks: Math.ceil(size / chunk), chunk };
}

export function foldProgram(fold: Fold, { lanes, across }: FoldPlan): Program {
  const columns = THREADS / lanes;
  const stride = across ? columns : 1;
  const isRow = fold.storeRow !== undefined;
  const join =
    lanes === 1
      ? 'let total = state;'
      : `states[local] = state;
  workgroupBarrier();
  for (var step = ${lanes / 2}u; step > 0u; step /= 2u) {
    if (lane < step) {
      states[local] = merge(states[local], states[local + step * ${stride}u]);
    }
    workgroupBarrier();
  }
  let total = states[local - lane * ${stride}u];`;
  const declarations = `const LANES = ${lanes}u;
${fold.declarations ?? ''}
fn visit(state: ${fold.state}, o: u32, i: u32, s: u32) -> ${fold.state} {
  ${fold.visit}
}
fn merge(a: ${fold.state}, b: ${fold.state}) -> ${fold.state} {
  ${fold.merge}
}
${lanes === 1 ? '' : `var<workgroup> states: array<${fold.state}, ${THREADS}>;`}`;
  return {
    reads: fold.reads,
    writes: fold.writes,
    uniforms: [...FOLD_FIELDS, ...(fold.uniforms ?? [])],
    declarations,
    main: `let tiles = (u.outputs + ${columns - 1}u) / ${columns}u;
  let chunk = group / tiles;
  let lane = ${across ? `local / ${columns}u` : `local % ${lanes}u`};
  let output = (group % tiles) * ${columns}u + ${across ? `local % ${columns}u` : `local / ${lanes}u`};
  let o = output / u.inner;
  let i = output % u.inner;
  let isInside = output < u.outputs && chunk < u.chunks;
  let first = chunk * u.chunk;
  let last = select(first, min(first + u.chunk, u.size), isInside);
  var state: ${fold.state} = ${fold.start};
  for (var s = first + lane; s < last; s += LANES) {
    state = visit(state, o, i, s);
  }
  ${join}
  if (isInside${isRow ? '' : ' && lane == 0u'}) {
    ${fold.storeRow ?? fold.store}
  }`,
  };
}

export interface FoldOperands {
  readonly reads: readonly WebGpuBuffer[];
  readonly writes: readonly WebGpuBuffer[];
  readonly uniforms?: readonly number[];
}

export function runFold(
  device: Device,
  fold: Fold,
  view: AxisView,
  plan: FoldPlan,
  { reads, writes, uniforms = [] }: FoldOperands,
): void {
  const outputs = view.outer * view.inner;
  const { lanes, across, chunks, chunk } = plan;
  device.launch(`${fold.name}/${lanes} lanes${across && lanes > 1 ? ' across' : ''}`, () => foldProgram(fold, plan), {
    reads,
    writes,
    uniforms: [outputs, view.size, view.inner, chunk, chunks, ...uniforms],
    groups: Math.ceil(outputs / (THREADS / lanes)) * chunks,
  });
}
