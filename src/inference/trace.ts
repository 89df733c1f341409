import type { Backend } from '../backends/backend.js';
import { withBackend } from '../backends/registry.js';
import { shapesBackend } from '../backends/shapes/index.js';
import type { DType, TypedArray } from '../base/dtype.js';
import { watchingPlaces } from '../base/place.js';
import type { Shape } from '../base/shape.js';
import {
  addRecorder,
  type Differentiable,
  type Recorded,
  type Recorder,
  removeRecorder,
  withoutRecording,
} from '../ops/op.js';
import { tidy } from '../tensor/scope.js';
import { allocate, type Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { type AnyOp, type Source, type Sources, type Step, stepOf, Value } from './value.js';

/** A recorded function: the ops that ran, in order, from its inputs to its outputs. */
export interface Trace {
  readonly inputs: readonly Value[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Source[];
  /** Numbers that the function brought along, on the host; their values are constants. */
  readonly literals: ReadonlyMap<Value, TypedArray>;
}

/** The backend of shapes, which remembers the numbers that are uploaded. */
const TRACING: Backend<TypedArray | null> = {
  ...(shapesBackend as Backend<TypedArray | null>),
  upload: (values) => values.slice(),
};

/** Ops that a trace cannot repeat: they draw numbers, or their public functions look at values on the host. */
const UNREPEATABLE: ReadonlySet<string> = new Set(['gather', 'randomUniform', 'dropoutMask']);

/** Numbers of a literal; more of them are no part of a layer's arithmetic. */
const LITERAL_SIZE = 4096;

class Tracer implements Recorder {
  readonly steps: Step[] = [];
  readonly literals = new Map<Value, TypedArray>();
  private readonly sources = new Map<number, Source>();

  add(tensor: Tensor, source: Source): void {
    this.sources.set(tensor.id, source);
  }

  sourceOf(tensor: Tensor): Source {
    const known = this.sources.get(tensor.id);
    if (known) return known;
    if (tensor instanceof Variable) return tensor;
    const { backend, buffer } = tensor.storage;
    if (backend !== TRACING || buffer === null || tensor.size > LITERAL_SIZE)
      throw new Untraceable('a tensor that the function kept');
    const literal = new Value(tensor.shape, tensor.dtype).asConstant();
    this.literals.set(literal, buffer as TypedArray);
    this.add(tensor, literal);
    return literal;
  }

  record(op: Differentiable, { inputs, options, output }: Recorded): void {
    const sources: Sources = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input && this.sourceOf(input)]),
    );
    if (op.name === 'reshape') {
      this.add(output, new Value(output.shape, output.dtype, sources.x));
      return;
    }
    if (!('forward' in op) || UNREPEATABLE.has(op.name)) throw new Untraceable(op.name);
    const step = stepOf(op as AnyOp, sources, options);
    this.steps.push(step);
    this.add(output, step.output);
  }
}

class Untraceable extends Error {}

/**
 * Run a function of tensors without data, and list the ops that it runs. The function must depend on its inputs and on
 * variables alone.
 * @throws any error of the function, and for an op that cannot be repeated
 */
export function trace(
  inputs: readonly { readonly shape: Shape; readonly dtype: DType }[],
  f: (inputs: Tensor[]) => readonly Tensor[],
): Trace {
  const values = inputs.map(({ shape, dtype }) => new Value(shape, dtype));
  const tracer = new Tracer();
  const { steps, literals } = tracer;
  const outputs: Source[] = [];
  withBackend(TRACING, () =>
    withoutRecording(() => {
      addRecorder(tracer);
      try {
        tidy(() => {
          const tensors = values.map(({ shape, dtype }) => allocate(shape, dtype));
          for (const [index, tensor] of tensors.entries()) tracer.add(tensor, values[index]);
          const results = watchingPlaces(() => f(tensors));
          outputs.push(...results.map((tensor) => tracer.sourceOf(tensor)));
        });
      } finally {
        removeRecorder(tracer);
      }
    }),
  );
  return { inputs: values, steps, outputs, literals };
}
