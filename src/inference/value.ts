import { Forms } from '../backends/forms.js';
import type { Operand } from '../backends/kernels.js';
import type { DType } from '../base/dtype.js';
import { currentLayer } from '../base/place.js';
import { type Shape, sizeOf } from '../base/shape.js';
import type { Op } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';

/** A tensor of a plan: an operand that gets its buffer when the plan runs, or, of a constant, when it is computed. */
export class Value implements Operand<unknown> {
  readonly size: number;
  buffer: unknown = null;
  /** Of constants, whose values last for many calls. */
  forms?: Forms;

  constructor(
    readonly shape: Shape,
    readonly dtype: DType,
    /** The value that has the same buffer, under another shape; null for a separate buffer. */
    readonly original: Source | null = null,
  ) {
    this.size = sizeOf(shape);
  }

  get isConstant(): boolean {
    return this.original ? isConstant(this.original) : this.forms !== undefined;
  }

  asConstant(): this {
    this.forms = new Forms();
    return this;
  }
}

/** An operand of a step: a value of the plan, or an unchanged weight. */
export type Source = Value | Variable;

export const isConstant = (source: Source): boolean => source instanceof Variable || source.isConstant;

/** The source whose buffer a value has. */
export function rootOf(source: Source): Source {
  let root = source;
  while (root instanceof Value && root.original) root = root.original;
  return root;
}

export type Sources = Readonly<Record<string, Source | undefined>>;

/** An op whose inputs and options are not known to the compiler: any. */
export type AnyOp = Op<Record<string, Tensor | undefined>, unknown, unknown>;

/** One kernel call of a plan. */
export interface Step {
  readonly op: AnyOp;
  readonly inputs: Sources;
  readonly options: unknown;
  /** The plan that the op's `infer` returned for its `forward`. */
  readonly plan: unknown;
  /** Names of the layers that the op ran in. */
  readonly layer: string;
  readonly output: Value;
}

/** A step whose output has a shape and dtype of the op's own finding. */
export function stepOf(op: AnyOp, inputs: Sources, options: unknown, output?: Value): Step {
  const { shape, dtype, plan } = op.infer(inputs as never, options);
  return { op, inputs, options, plan, layer: currentLayer(), output: output ?? new Value(shape, dtype) };
}

export const sourcesOf = ({ inputs }: Pick<Step, 'inputs'>): Source[] =>
  Object.values(inputs).filter((input): input is Source => input !== undefined);

/** Compute a step's output into the buffer that it has. */
export const compute = ({ op, inputs, output, options, plan }: Step, kernels: Parameters<AnyOp['forward']>[0]): void =>
  op.forward(kernels, inputs as never, output as never, options, plan);
