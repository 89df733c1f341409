import type { Kernels } from '../backends/kernels.js';
import { currentBackend } from '../backends/registry.js';
import type { DType } from '../base/dtype.js';
import { assertShape, type Shape } from '../base/shape.js';
import { allocate, type Tensor } from '../tensor/tensor.js';

/** The named tensor arguments of an op; an optional one may be absent. */
export type Inputs = { readonly [name: string]: Tensor | undefined };

/** Shape and dtype, the parts of a tensor that a shape rule reads. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The output's shape and dtype, and the plan for the kernel call where the op has one: a geometry, say. */
export type Inferred<P> = Spec & ([P] extends [undefined] ? { readonly plan?: undefined } : { readonly plan: P });

export type SpecsOf<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Tensor ? Spec : Spec | undefined };

/** An executed op, as recorded by the tape and read by gradients. */
export interface Recorded<I extends Inputs = Inputs, O = unknown> {
  readonly inputs: I;
  readonly options: O;
  readonly output: Tensor;
}

/**
 * Values that each input's gradient reads: input names or 'output'. Shapes and dtypes are always known and need no
 * mention; the gradient of an input that is left out reads no values.
 */
export type Reads<I extends Inputs> = { readonly [K in keyof I]?: readonly (keyof I | 'output')[] };

/** For each input, a function that computes its gradient from the output's; null where the op is not differentiable. */
export type GradientsOf<I extends Inputs> = { readonly [K in keyof I]-?: (() => Tensor) | null };

/**
 * The gradient of each input, written in ops so that gradients can be differentiated again. A gradient that is missing
 * does not compile.
 */
export interface Differentiable<I extends Inputs = Inputs, O = unknown> {
  readonly name: string;
  /** Values that the gradient reads: the tape keeps them. All else may be freed after `forward`; left out, all is. */
  reads?(options: O): Reads<I>;
  gradient(outputGradient: Tensor, recorded: Recorded<I, O>): GradientsOf<I>;
  /**
   * Recompute the output, for ops whose kernel is cheap compared with the memory of the output: a tape that holds the
   * inputs then need not hold the output too.
   */
  recompute?(inputs: I, options: O): Tensor;
}

/**
 * One primitive: a shape rule, one kernel call, and its gradients. What `infer` finds out on the way to the shape, it
 * hands to `forward` as a plan.
 */
export interface Op<I extends Inputs, O, P = undefined> extends Differentiable<I, O> {
  infer(inputs: SpecsOf<I>, options: O): Inferred<P>;
  forward(kernels: Kernels, inputs: I, output: Tensor, options: O, plan: P): void;
}

/** Receives every op that runs. Tapes are recorders; this is the only connection of ops to autograd. */
export interface Recorder {
  record(op: Differentiable, recorded: Recorded): void;
}

const recorders: Recorder[] = [];

export function addRecorder(recorder: Recorder): void {
  recorders.push(recorder);
}

export function removeRecorder(recorder: Recorder): void {
  const place = recorders.lastIndexOf(recorder);
  if (place >= 0) recorders.splice(place, 1);
}

/** Whether any recorder is listening. */
export function isRecording(): boolean {
  return recorders.length > 0;
}

/** Run `f` with no recorder listening. */
export function withoutRecording<T>(f: () => T): T {
  const paused = recorders.splice(0);
  try {
    return f();
  } finally {
    recorders.push(...paused);
  }
}

/**
 * Tell every recorder that an op ran. Called directly where no kernel ran: reshape's output shares its input's buffer.
 */
export function reportOp<I extends Inputs, O>(op: Differentiable<I, O>, recorded: Recorded<I, O>): void {
  for (const recorder of recorders) recorder.record(op as unknown as Differentiable, recorded);
}

/** Run one op on the current backend: shape rule, memory, kernel, report. */
export function runOp<I extends Inputs, O, P>(op: Op<I, O, P>, inputs: I, options: O): Tensor {
  const backend = currentBackend();
  for (const name in inputs) inputs[name]?.assertAlive(op.name);
  const { shape, dtype, plan } = op.infer(inputs as SpecsOf<I>, options);
  // Without data nothing is indexed, and sizes may be substitutes for unknown ones.
  assertShape(op.name, shape, backend.dataless ? Number.POSITIVE_INFINITY : undefined);
  if (!backend.dataless) for (const name in inputs) inputs[name]?.storage.moveTo(backend);
  const output = allocate(shape, dtype, backend);
  try {
    if (output.size > 0) op.forward(backend.kernels, inputs, output, options, plan as P);
  } catch (error) {
    output.dispose();
    throw error;
  }
  if (recorders.length) reportOp(op, { inputs, options, output });
  return output;
}
