import type { Backend } from '../backends/backend.js';
import { inPhase } from '../base/place.js';
import { aliasOf, allocate, type Tensor } from '../tensor/tensor.js';
import { type Arena, planArena, planSlots, type Slot } from './arena.js';
import { bind, type Constants, replacedInputs } from './constants.js';
import { fuseActivations } from './fuse-activations.js';
import { asFused, foldBatchNorms, fuseSums } from './fused-conv2d.js';
import { needed } from './readers.js';
import type { Trace } from './trace.js';
import { compute, rootOf, type Source, type Step, sourcesOf, Value } from './value.js';

/** Kernel calls, and the memory of their outputs, for inputs of one shape on one backend. */
export class Plan {
  private readonly steps: readonly Step[];
  private readonly inputs: readonly Value[];
  private readonly outputs: readonly Value[];
  /** Values over the buffer of another: they follow when that changes. */
  private readonly aliases: readonly Value[];
  private readonly arena: Arena | null;
  private readonly slots: readonly Slot[];
  /** Where the arena lay in the last run. */
  private base: unknown = null;

  /** @throws Unplannable where an output is an input, a weight, or another output */
  constructor(
    { inputs, steps, outputs, literals }: Trace,
    private readonly backend: Backend,
    constants: Constants,
  ) {
    constants.addLiterals(literals);
    const rewritten = rewrite(steps, outputs, backend, constants);
    this.inputs = inputs;
    this.steps = rewritten;
    this.outputs = outputs as readonly Value[];
    const computed = new Set(rewritten.map(({ output }) => output));
    const roots = new Set(outputs.map(rootOf) as Value[]);
    if (roots.size < outputs.length || [...roots].some((root) => !computed.has(root))) throw new Unplannable();
    if (!rewritten.every(({ output }) => backend.supports(output.dtype))) throw new Unplannable();
    const read = [...rewritten.flatMap(sourcesOf), ...outputs];
    this.aliases = read.filter((source): source is Value => source instanceof Value && source.original !== null);
    this.arena = backend.part ? planArena(rewritten, roots) : null;
    this.slots = backend.part ? [] : planSlots(rewritten, roots);
  }

  /** The outputs, which are the caller's. */
  run(inputs: readonly Tensor[]): Tensor[] {
    const { backend } = this;
    const results = new Map<Value, Tensor>();
    const borrowed: unknown[] = [];
    try {
      for (const [index, value] of this.inputs.entries()) {
        inputs[index].storage.moveTo(backend);
        value.buffer = inputs[index].buffer;
      }
      this.placeValues(borrowed);
      for (const output of this.outputs) {
        const root = rootOf(output) as Value;
        const result = allocate(root.shape, root.dtype, backend);
        results.set(root, result);
        root.buffer = result.buffer;
      }
      for (const alias of this.aliases) bind(alias);
      for (const step of this.steps) inPhase('forward', step.layer, () => compute(step, backend.kernels));
    } catch (error) {
      for (const result of results.values()) result.dispose();
      throw error;
    } finally {
      for (const buffer of borrowed) backend.free(buffer);
    }
    return this.outputs.map((output) => shaped(results.get(rootOf(output) as Value)!, output));
  }

  private placeValues(borrowed: unknown[]): void {
    const { backend, arena } = this;
    if (arena && arena.bytes > 0) {
      const base = backend.allocate('bool', arena.bytes);
      borrowed.push(base);
      if (base !== this.base) for (const [value, offset] of arena.offsets) value.buffer = backend.part!(base, offset);
      this.base = base;
    }
    for (const { size, dtype, values } of this.slots) {
      const buffer = backend.allocate(dtype, size);
      borrowed.push(buffer);
      for (const value of values) value.buffer = buffer;
    }
  }
}

/** Thrown for a model that cannot be planned. */
export class Unplannable extends Error {}

/** Fold constants, fuse batch norms, sums and activations into products, and remove unused steps. */
function rewrite(given: readonly Step[], outputs: readonly Source[], backend: Backend, constants: Constants): Step[] {
  const replacement = constants.addAll(given);
  let steps: Step[] = given
    .filter(({ output }) => !output.isConstant && !replacement.has(output))
    .map((step) => ({ ...step, inputs: replacedInputs(replacement, step.inputs) }));
  if (backend.kernels.fusedConv2d) {
    steps = foldBatchNorms(asFused(steps), outputs, constants);
    steps = fuseSums(steps, outputs);
  }
  steps = needed(fuseActivations(steps, outputs), outputs);
  for (const source of steps.flatMap(sourcesOf)) constants.watchRoot(source);
  return steps.filter(({ output }) => output.size > 0);
}

/** The result under the output's shape. */
function shaped(result: Tensor, { shape }: Value): Tensor {
  if (String(shape) === String(result.shape)) return result;
  const alias = aliasOf(result, shape);
  result.dispose();
  return alias;
}
