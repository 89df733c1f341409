import { isFloat } from '../base/dtype.js';
import { DisposedError, ShapeError } from '../base/errors.js';
import { currentLayer, inPhase } from '../base/place.js';
import { formatShape, sameShape } from '../base/shape.js';
import { add } from '../ops/arithmetic.js';
import { addRecorder, type Differentiable, type Recorded, type Recorder, removeRecorder } from '../ops/op.js';
import { clone } from '../ops/reshape.js';
import { dispose, keep, tidy } from '../tensor/scope.js';
import { handleOf, type Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { isRead, isRecomputable } from './recompute.js';

/**
 * A recorded op: the tape holds the tensors that its gradient reads through separate handles, so that their owners may
 * free them, and the others only for their shapes.
 */
export interface Entry extends Recorded {
  readonly op: Differentiable;
  /** Inputs that depend on a watched tensor. */
  readonly targets: readonly string[];
  readonly handles: readonly Tensor[];
  /** Names of the layers that the op ran in, for profiles. */
  readonly layer: string;
  /** The output, if it was freed and has been recomputed. */
  recomputed?: Tensor;
}

/** Called for every input that receives a gradient. */
export type FlowListener = (entry: Entry, input: string) => void;

/** Observes the backward walk, so that finished gradients can be processed during it. */
export interface GradientListener {
  /** The gradient of `xs[index]` is final; the walk will return it, and it may be changed in place. */
  final(index: number, gradient: Tensor): void;
  /** Another entry was processed. */
  progress(): void;
}

/**
 * Reverse mode: the ops that lead from watched tensors to a result, in the order in which they ran. Every op comes
 * after the ops that made its inputs, so the list read backwards is already the order in which gradients are known.
 */
export class Tape implements Recorder {
  private readonly entries: Entry[] = [];
  private readonly tracked = new Set<number>();
  /** Entries whose outputs are not held but computed again, by the output's id. */
  private readonly recomputable = new Map<number, Entry>();
  private readonly watchesVariables: boolean;

  /** @param watched null: trainable variables as they occur, including those that are created during recording */
  constructor(watched: readonly Tensor[] | null) {
    this.watchesVariables = watched === null;
    for (const x of watched ?? []) this.tracked.add(x.id);
  }

  /** Record an op that ran, if it depends on a watched tensor. */
  record(op: Differentiable, recorded: Recorded): void {
    const { inputs, output } = recorded;
    if (!isFloat(output.dtype)) return;
    const targets: string[] = [];
    for (const name in inputs) if (inputs[name] && this.meets(inputs[name])) targets.push(name);
    if (targets.length === 0) return;
    this.entries.push(this.entryOf(op, recorded, targets));
    this.tracked.add(output.id);
  }

  private entryOf(op: Differentiable, recorded: Recorded, targets: readonly string[]): Entry {
    const { inputs, output, options } = recorded;
    const reads = op.reads?.(options);
    const isRecomputed = ({ id }: Tensor) => this.recomputable.has(id);
    const isAgain = isRecomputable(op, recorded, targets, isRecomputed);
    const handles: Tensor[] = [];
    const held = (tensor: Tensor): Tensor => {
      const handle = keep(handleOf(tensor));
      handles.push(handle);
      return handle;
    };
    const given: Record<string, Tensor> = {};
    for (const name in inputs) {
      const input = inputs[name];
      if (!input) continue;
      const isNeeded = (isAgain || isRead(name, reads, targets)) && !isRecomputed(input);
      given[name] = isNeeded ? held(input) : input;
    }
    const own = !isAgain && isRead('output', reads, targets) ? held(output) : output;
    const entry = { op, inputs: given, output: own, options, targets, handles, layer: currentLayer() };
    if (isAgain) this.recomputable.set(output.id, entry);
    return entry;
  }

  /** Whether an input is tracked. Call it for every input: it also starts tracking trainable variables. */
  private meets(input: Tensor): boolean {
    if (this.watchesVariables && input instanceof Variable && input.trainable) this.tracked.add(input.id);
    return this.tracked.has(input.id);
  }

  /** Run `f` with this tape recording. */
  listen<T>(f: () => T): T {
    addRecorder(this);
    try {
      return f();
    } finally {
      removeRecorder(this);
    }
  }

  /**
   * Walk the tape backwards, from the gradient of y to those of xs: for each entry, the gradient of its output
   * is passed to the op's gradient rules, and the results are added to the gradients of its inputs. Entries are removed
   * afterwards.
   * @param dy like y
   * @param onFlow called for every input that a gradient flows to, with the op's name for it
   * @param listener follows the walk
   * @returns a gradient for each x, undefined where y does not depend on it
   */
  backward(
    y: Tensor,
    dy: Tensor,
    xs: readonly Tensor[],
    onFlow?: FlowListener,
    listener?: GradientListener,
  ): (Tensor | undefined)[] {
    const firstUses = listener && this.firstUses(xs);
    const gradients = new Map<number, Tensor>([[y.id, clone(dy)]]);
    const wanted = new Set(xs.map((x) => x.id));
    for (let entry = this.entries.at(-1); entry; entry = this.entries.at(-1)) {
      const outputGradient = gradients.get(entry.output.id);
      if (outputGradient) {
        const through = () => this.throughEntry(entry!, outputGradient, onFlow);
        for (const [input, gradient] of inPhase('backward', entry.layer, through)) {
          const before = gradients.get(input.id);
          gradients.set(input.id, before ? add(before, gradient) : gradient);
          if (before) dispose([before, gradient]);
        }
        // No earlier entry needs it, because the tape is in execution order.
        if (!wanted.has(entry.output.id)) {
          outputGradient.dispose();
          gradients.delete(entry.output.id);
        }
      }
      this.release(this.entries.pop()!);
      for (const index of firstUses?.get(entry) ?? []) {
        const gradient = gradients.get(xs[index].id);
        if (gradient) listener!.final(index, gradient);
      }
      listener?.progress();
    }
    return xs.map((x) => gradients.get(x.id));
  }

  /**
   * For each entry, the places in xs of the tensors that no earlier entry reads: behind it their gradients are final.
   */
  private firstUses(xs: readonly Tensor[]): Map<Entry, number[]> {
    const places = new Map(xs.map((x, index) => [x.id, index]));
    const found = new Map<Entry, number[]>();
    for (const entry of this.entries) {
      for (const name of entry.targets) {
        const { id } = entry.inputs[name]!;
        const index = places.get(id);
        if (index === undefined) continue;
        found.set(entry, [...(found.get(entry) ?? []), index]);
        places.delete(id);
      }
    }
    return found;
  }

  /** Free the handles of entries that `backward` never reached. */
  dispose(): void {
    for (const entry of this.entries.splice(0)) this.release(entry);
  }

  private release(entry: Entry): void {
    dispose(entry.handles);
    entry.recomputed?.dispose();
    this.recomputable.delete(entry.output.id);
  }

  /** The entry as its rules read it, with freed values recomputed. */
  private readable(entry: Entry): Recorded & { readonly again: readonly Tensor[] } {
    const reads = entry.op.reads?.(entry.options);
    const again: Tensor[] = [];
    const value = (name: string, tensor: Tensor): Tensor => {
      const maker = this.recomputable.get(tensor.id);
      if (!maker || !isRead(name, reads, entry.targets)) return tensor;
      again.push(this.recompute(maker));
      return again[again.length - 1];
    };
    if (this.recomputable.size === 0) return { ...entry, again };
    const inputs: Record<string, Tensor> = {};
    for (const name in entry.inputs) inputs[name] = value(name, entry.inputs[name]!);
    return { inputs, options: entry.options, output: value('output', entry.output), again };
  }

  /** The output of an entry, which stays until the entry is passed: its readers come behind it on the tape. */
  private recompute(entry: Entry): Tensor {
    if (entry.recomputed) return entry.recomputed;
    const inputs: Record<string, Tensor> = {};
    for (const name in entry.inputs) {
      const input = entry.inputs[name]!;
      const maker = this.recomputable.get(input.id);
      inputs[name] = maker ? this.recompute(maker) : input;
    }
    entry.recomputed = keep(entry.op.recompute!(inputs, entry.options));
    return entry.recomputed;
  }

  /** The contributions of one entry to its inputs' gradients, each a separate tensor. */
  private throughEntry(entry: Entry, outputGradient: Tensor, onFlow?: FlowListener): [Tensor, Tensor][] {
    const contributions: [Tensor, Tensor][] = [];
    const { again, ...recorded } = this.readable(entry);
    tidy(() => {
      const rules = entry.op.gradient(outputGradient, recorded);
      const seen = new Set<Tensor>([outputGradient, ...again]);
      for (const name of entry.targets) {
        const input = entry.inputs[name]!;
        const rule = rules[name];
        if (!rule) continue;
        onFlow?.(entry, name);
        let gradient = gradientBy(rule, entry, name);
        if (!sameShape(gradient.shape, input.shape)) {
          throw new ShapeError(
            `${entry.op.name}: the gradient of ${name} is ${formatShape(gradient.shape)}, expected ${formatShape(input.shape)}`,
          );
        }
        // A rule may return the output's gradient itself, or the same tensor for two inputs.
        if (seen.has(gradient) || gradient.id < outputGradient.id) gradient = clone(gradient);
        seen.add(gradient);
        contributions.push([input, gradient]);
      }
      return contributions.map(([, gradient]) => gradient);
    });
    return contributions;
  }
}

/**
 * Run a rule. A value that it reads and the tape did not keep is the op's fault, not that of the code that freed it.
 */
function gradientBy(rule: () => Tensor, { op }: Entry, input: string): Tensor {
  try {
    return rule();
  } catch (error) {
    if (!(error instanceof DisposedError)) throw error;
    const place = `computing the gradient of ${op.name}.${input}: does \`reads\` name it?`;
    throw new DisposedError(`${error.message} (${place})`, { cause: error });
  }
}
