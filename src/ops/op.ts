import type { Kernels } from '../backends/kernels.js';
import { currentBackend } from '../backends/registry.js';
import type { DType } from '../base/dtype.js';
import { assertShape, type Shape } from '../base/shape.js';
import { allocate, type Tensor } from '../tensor/tensor.js';

/** The named tensor arguments of an op; an optional one may be absent. */
export type Inputs = { readonly [name: string]: Tensor | undefined };

/** What a shape rule sees of a tensor, and what it answers. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

export type SpecsOf<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Tensor ? Spec : Spec | undefined };

/** What the tape remembers of one op, and what a gradient rule may read. */
export interface Recorded<I extends Inputs = Inputs, O = unknown> {
  readonly inputs: I;
  readonly options: O;
  readonly output: Tensor;
}

/**
 * For the gradient of an input, which inputs it reads, by name, and whether the `output`. Shapes and dtypes are always
 * known and need no mention; an input that is left out reads nothing else.
 */
export type Reads<I extends Inputs> = { readonly [K in keyof I]?: readonly (keyof I | 'output')[] };

/** For each input, a function that makes its gradient from the output's; null where the op is not differentiable. */
export type GradientsOf<I extends Inputs> = { readonly [K in keyof I]-?: (() => Tensor) | null };

/**
 * One primitive: a shape rule, one kernel call, and the gradient of each input, written in ops so that
 * gradients can be differentiated again. A gradient that is missing does not compile.
 */
export interface Op<I extends Inputs, O> {
  readonly name: string;
  infer(inputs: SpecsOf<I>, options: O): Spec;
  forward(kernels: Kernels, inputs: I, output: Tensor, options: O): void;
  /** What the tape keeps for the gradient; left out where that reads no values. All else may be freed after `forward`. */
  reads?(options: O): Reads<I>;
  gradient(outputGradient: Tensor, recorded: Recorded<I, O>): GradientsOf<I>;
}

/** Whoever wants to know which ops ran: the tape. Ops report to it and know nothing else of autograd. */
export interface Recorder {
  record(op: Op<Inputs, unknown>, recorded: Recorded): void;
}

const recorders: Recorder[] = [];

export function addRecorder(recorder: Recorder): void {
  recorders.push(recorder);
}

export function removeRecorder(recorder: Recorder): void {
  const place = recorders.lastIndexOf(recorder);
  if (place >= 0) recorders.splice(place, 1);
}

/** Whether anyone is listening. */
export function isRecording(): boolean {
  return recorders.length > 0;
}

/** Runs `f` with no recorder listening. */
export function withoutRecording<T>(f: () => T): T {
  const paused = recorders.splice(0);
  try {
    return f();
  } finally {
    recorders.push(...paused);
  }
}

/** Tells every recorder that an op ran: for outputs that no kernel made, as reshape's, which share the input's buffer. */
export function reportOp<I extends Inputs, O>(op: Op<I, O>, recorded: Recorded<I, O>): void {
  for (const recorder of recorders) recorder.record(op as unknown as Op<Inputs, unknown>, recorded);
}

/** Runs one op on the current backend: shape rule, memory, kernel, report. */
export function runOp<I extends Inputs, O>(op: Op<I, O>, inputs: I, options: O): Tensor {
  const backend = currentBackend();
  for (const name in inputs) inputs[name]?.assertAlive(op.name);
  const { shape, dtype } = op.infer(inputs as SpecsOf<I>, options);
  assertShape(op.name, shape);
  if (!backend.dataless) for (const name in inputs) inputs[name]?.storage.moveTo(backend);
  const output = allocate(shape, dtype, backend);
  try {
    if (output.size > 0) op.forward(backend.kernels, inputs, output, options);
  } catch (error) {
    output.dispose();
    throw error;
  }
  if (recorders.length) reportOp(op, { inputs, options, output });
  return output;
}
