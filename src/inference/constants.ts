import type { Backend } from '../backends/backend.js';
import type { Storage } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { type Trace, trace } from './trace.js';
import {
  type AnyOp,
  compute,
  isConstant,
  rootOf,
  type Source,
  type Sources,
  type Step,
  sourcesOf,
  Value,
} from './value.js';

/** A larger buffer of one number is filled at each call. */
const FILLED_SIZE = 65536;

/** The values of a variable when constants were last computed from it. */
interface Seen {
  storage: Storage;
  version: number;
}

/**
 * Values that depend only on weights: computed once, and again after a weight has changed. Equal expressions of equal
 * weights are one constant, so plans for several batch sizes share them.
 */
export class Constants {
  private readonly steps = new Map<string, Step>();
  private readonly names = new Map<Source, string>();
  private readonly literals = new Map<string, unknown>();
  private readonly expressions = new Map<string, Trace>();
  private readonly seen = new Map<Variable, Seen>();
  /**
   * Whether a weight has changed since all constants were computed; stays true if the computation runs out of memory.
   */
  private isStale = false;

  constructor(private readonly backend: Backend) {}

  /**
   * Notice changes of the weight that a step reads: kernels keep what they make of a filter and its scale with the
   * scale.
   */
  watchRoot(source: Source): void {
    const root = rootOf(source);
    if (root instanceof Variable) this.watch(root);
  }

  private watch(variable: Variable): void {
    if (this.seen.has(variable)) return;
    variable.storage.moveTo(this.backend);
    this.seen.set(variable, { storage: variable.storage, version: variable.storage.version });
  }

  /** Take over the numbers of a trace. */
  addLiterals(literals: Trace['literals']): void {
    for (const [value, numbers] of literals) {
      const name = `${value.dtype} ${new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)}`;
      if (!this.literals.has(name)) this.literals.set(name, this.backend.upload(numbers, value.dtype));
      value.buffer = this.literals.get(name);
      this.names.set(value, name);
    }
  }

  /** The constant that a step computes; the step's own output, or that of an equal step. */
  add(step: Step): Value {
    const name = this.nameOf(step.op, step.inputs, step.options);
    const known = this.steps.get(name);
    if (known) return known.output;
    for (const source of sourcesOf(step)) this.watchRoot(source);
    const output = step.output.asConstant();
    output.buffer = this.backend.allocate(output.dtype, output.size);
    this.steps.set(name, step);
    this.names.set(output, name);
    this.compute(step);
    return output;
  }

  /**
   * A constant as an expression, in ops, of others.
   * @param name identifies the expression: a network has the same one at each batch norm, which is traced once
   */
  express(name: string, inputs: readonly Source[], f: (...inputs: Tensor[]) => Tensor): Source {
    const key = `${name} of ${inputs.map(({ shape }) => `[${shape}]`)}`;
    let expression = this.expressions.get(key);
    if (!expression) {
      expression = trace(inputs, (tensors) => [f(...tensors)]);
      this.expressions.set(key, expression);
      this.addLiterals(expression.literals);
    }
    const replacement = new Map<Source, Source>(expression.inputs.map((input, index) => [input, inputs[index]]));
    for (const step of expression.steps) {
      const { shape, dtype } = step.output;
      const sources = replacedInputs(replacement, step.inputs);
      replacement.set(step.output, this.add({ ...step, inputs: sources, output: new Value(shape, dtype) }));
    }
    return replacedIn(replacement, expression.outputs[0]);
  }

  /** Add the steps that read only constants. Return the replacements of their outputs. */
  addAll(steps: readonly Step[]): ReadonlyMap<Source, Source> {
    const replacement = new Map<Source, Source>();
    for (const step of steps) {
      const inputs = replacedInputs(replacement, step.inputs);
      const sources = sourcesOf({ inputs });
      if (!sources.every(isConstant) || (sources.length === 0 && step.output.size > FILLED_SIZE)) continue;
      replacement.set(step.output, this.add({ ...step, inputs }));
    }
    return replacement;
  }

  /** Compute the constants again if a weight has changed since; weights come to the backend. */
  refresh(): void {
    for (const [variable, seen] of this.seen) {
      const { storage } = variable;
      if (storage === seen.storage && storage.version === seen.version && storage.backend === this.backend) continue;
      storage.moveTo(this.backend);
      seen.storage = storage;
      seen.version = storage.version;
      this.isStale = true;
    }
    if (!this.isStale) return;
    for (const step of this.steps.values()) this.compute(step);
    this.isStale = false;
  }

  dispose(): void {
    for (const { output } of this.steps.values()) {
      output.forms!.clear();
      this.backend.free(output.buffer);
    }
    for (const buffer of this.literals.values()) this.backend.free(buffer);
  }

  private compute(step: Step): void {
    const { output } = step;
    output.forms!.clear();
    for (const source of sourcesOf(step)) bind(source);
    if (output.size > 0) compute(step, this.backend.kernels);
  }

  private nameOf(op: AnyOp, inputs: Sources, options: unknown): string {
    const names = Object.entries(inputs).map(([name, source]) => `${name}: ${source && this.nameOfSource(source)}`);
    return `${op.name}(${names.join(', ')}; ${JSON.stringify(options)})`;
  }

  private nameOfSource(source: Source): string {
    const root = rootOf(source);
    let name = this.names.get(root);
    if (!name) this.names.set(root, (name = `#${this.names.size}`));
    return `${name} as [${source.shape}]`;
  }
}

/** Assign this buffer to a value that shares another's buffer. */
export function bind(source: Source): void {
  if (source instanceof Value && source.original) source.buffer = rootOf(source).buffer;
}

/** A source, or its replacement, or that of the source whose buffer it uses. */
export function replacedIn(replacement: ReadonlyMap<Source, Source>, source: Source): Source {
  const other = replacement.get(source);
  if (other) return other;
  if (source instanceof Variable || !source.original) return source;
  const original = replacedIn(replacement, source.original);
  if (original === source.original) return source;
  const alias = new Value(source.shape, source.dtype, original);
  (replacement as Map<Source, Source>).set(source, alias);
  return alias;
}

/** The inputs of a step after replacement. */
export const replacedInputs = (replacement: ReadonlyMap<Source, Source>, inputs: Sources): Sources =>
  Object.fromEntries(Object.entries(inputs).map(([name, source]) => [name, source && replacedIn(replacement, source)]));
