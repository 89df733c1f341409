import { FormatError, ValueError } from '../../base/errors.js';
import { clone } from '../../ops/reshape.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { GraphDefNode, OutputRef } from './graph-def.js';
import { OpCall } from './op-call.js';
import { isRegistered, opNamed, WAITING } from './ops/index.js';
import { onHost } from './shape-arithmetic.js';
import type { Structure } from './structure.js';
import { TensorList, type Value } from './values.js';

/*
 * A graph is evaluated from its outputs backwards: a node runs when all that it reads is there. A Switch gives its
 * value to one of two outputs, and what reads the other one does not run; a Merge takes the input that is there. A loop
 * runs when something asks for the value of one of its Exit nodes: each iteration is evaluated as a graph of its own,
 * in which the loop's Merge nodes have the values of the iteration.
 * See Yu et al., "Dynamic Control Flow in Large-Scale Machine Learning", arXiv:1805.01772.
 */

/** An iteration of a loop, or the graph outside all loops. */
interface Iteration {
  readonly loop: string;
  readonly outer: Iteration | null;
  readonly values: Map<string, readonly Value[]>;
}

/** A loop that has not ended after so many iterations is taken for one that does not. */
const MOST_ITERATIONS = 1e6;

/** An evaluation waits by yielding promises, so that one without waits can be run at once. */
type Waiting<T> = Generator<Promise<unknown>, T, unknown>;

export class Evaluation {
  private readonly made = new Set<Tensor>();
  /** Called before an evaluation waits. */
  private waitFor: (node: GraphDefNode) => void = () => {};

  /** @param sources values of placeholders and constants, by the names of their nodes */
  constructor(
    private readonly structure: Structure,
    private readonly sources: ReadonlyMap<string, Tensor>,
  ) {}

  /** Evaluate at once. @throws ValueError when an op waits for values */
  run(outputs: readonly OutputRef[], caller: string): Tensor[] {
    this.waitFor = ({ caller: node }) => {
      throw new ValueError(`${caller}: ${node} waits for values, expected executeAsync or predictAsync`);
    };
    return this.evaluate(outputs).next().value as Tensor[];
  }

  async runAsync(outputs: readonly OutputRef[]): Promise<Tensor[]> {
    const steps = this.evaluate(outputs);
    let step = steps.next();
    while (!step.done) {
      try {
        step = steps.next(await step.value);
      } catch (error) {
        step = steps.throw(error);
      }
    }
    return step.value;
  }

  private *evaluate(outputs: readonly OutputRef[]): Waiting<Tensor[]> {
    const outermost: Iteration = { loop: '', outer: null, values: new Map() };
    try {
      yield* this.settle(outputs, outermost, this.lastReaders(outputs));
      const results = outputs.map((output) => clone(this.resultOf(output, outermost)));
      return results;
    } finally {
      for (const tensor of this.made) if (!tensor.isDisposed) tensor.dispose();
    }
  }

  private resultOf({ node, output }: OutputRef, iteration: Iteration): Tensor {
    const value = iteration.values.get(node)![output];
    if (value instanceof Tensor) return value;
    const { caller } = this.structure.nodes.get(node)!;
    throw new ValueError(
      `${caller}: output ${output} is ${value ? 'a list' : value === null ? 'of a branch that was not taken' : 'none'}`,
    );
  }

  /** How often the outputs of each node outside all loops are still to be read. */
  private lastReaders(outputs: readonly OutputRef[]): Map<string, number> | null {
    const { nodes, isStatic } = this.structure;
    if (!isStatic) return null;
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    const left = outputs.map(({ node }) => node);
    for (const name of left) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const { node } of nodes.get(name)!.inputs) {
        counts.set(node, (counts.get(node) ?? 0) + 1);
        left.push(node);
      }
    }
    return counts;
  }

  /** Evaluate nodes and all that they need, without recursion: graphs are deeper than the stack. */
  private *settle(
    outputs: readonly OutputRef[],
    iteration: Iteration,
    readers: Map<string, number> | null,
  ): Waiting<void> {
    const stack = outputs.map(({ node }) => node).reverse();
    const waiting = new Set<string>();
    while (stack.length > 0) {
      const name = stack.at(-1)!;
      const node = this.structure.nodes.get(name)!;
      const place = this.placeOf(name, iteration);
      if (place.values.has(name)) {
        stack.pop();
        continue;
      }
      const missing = this.needsOf(node).filter((each) => !this.valueOf(node, each, place));
      if (missing.length > 0) {
        waiting.add(name);
        const circle = missing.find((each) => waiting.has(each.node));
        if (circle) throw new FormatError(`${node.caller}: waits for ${circle.node}, which waits for it`);
        stack.push(...missing.map((each) => each.node));
        continue;
      }
      stack.pop();
      waiting.delete(name);
      const values = node.op === 'Exit' ? null : yield* this.compute(node, place);
      if (values) place.values.set(name, values);
      else yield* this.runLoop(node, place);
      if (readers) this.releaseAfter(node, place, readers);
    }
  }

  private needsOf({ op, inputs, controls }: GraphDefNode): readonly OutputRef[] {
    return op === 'Exit' ? [] : [...inputs, ...controls];
  }

  /** The iteration that the values of a node belong to: this one, or one around it. */
  private placeOf(name: string, iteration: Iteration): Iteration {
    const loop = this.structure.placeOf.get(name);
    for (let place: Iteration | null = iteration; place; place = place.outer) if (place.loop === loop) return place;
    throw new FormatError(`${this.structure.nodes.get(name)!.caller}: read outside its loop ${loop}`);
  }

  /** The outputs of a node that another one reads, if they are there. */
  private valueOf(reader: GraphDefNode, { node }: OutputRef, place: Iteration): readonly Value[] | undefined {
    const from = reader.op === 'Enter' ? place.outer! : place;
    return this.placeOf(node, from).values.get(node);
  }

  private *compute(node: GraphDefNode, place: Iteration): Waiting<readonly Value[]> {
    const { op, caller } = node;
    const source = this.sources.get(node.name);
    if (source) return [source];
    const read = (ref: OutputRef): Value => this.valueOf(node, ref, place)![ref.output] ?? null;
    const inputs = node.inputs.map(read);
    if (op === 'Merge') return this.merged(inputs);
    const isDead = inputs.some((value) => value === null) || node.controls.some((ref) => this.isDead(node, ref, place));
    if (isDead) return [null, null];
    if (op === 'Switch') {
      const taken = yield* this.flag(inputs[1] as Tensor, node);
      const value = this.copied(inputs[0]);
      return taken ? [null, value] : [value, null];
    }
    if (['Enter', 'NextIteration', 'LoopCond'].includes(op)) return [this.copied(inputs[0])];
    if (op === 'Placeholder') throw new ValueError(`${caller}: the graph needs a value for this input`);
    return yield* this.call(node, inputs);
  }

  /** Whether a node does not run because one that it waits for did not. */
  private isDead(node: GraphDefNode, ref: OutputRef, place: Iteration): boolean {
    const values = this.valueOf(node, ref, place)!;
    return values.length > 0 && values.every((value) => value === null);
  }

  private merged(inputs: readonly Value[]): readonly Value[] {
    const value = inputs.find((each) => each !== null) ?? null;
    return [this.copied(value)];
  }

  private *call(node: GraphDefNode, inputs: readonly Value[]): Waiting<readonly Value[]> {
    const call = new OpCall(node, inputs);
    try {
      if (Object.hasOwn(WAITING, node.op) && !isRegistered(node.op)) {
        this.waitFor(node);
        return this.own([(yield WAITING[node.op](call)) as Tensor | readonly Tensor[]].flat());
      }
      const tensors = inputs.filter((each) => each instanceof Tensor);
      let values: readonly Value[] = [];
      // The scope frees what the op made on the way, and lets out tensors and those in lists.
      tidy(() => {
        const known = tensors.length === inputs.length ? onHost(node.op, tensors, call) : null;
        values = [known ?? opNamed(node.op)(call)].flat();
        // What an op hands on is another tensor than it was given: each is freed by itself.
        values = values.map((value) => (value instanceof Tensor && tensors.includes(value) ? clone(value) : value));
        return values.map((value) => (value instanceof TensorList ? value.items : value));
      });
      return this.own(values);
    } catch (error) {
      if (error instanceof Error && !error.message.startsWith(node.caller)) {
        error.message = `${node.caller}: ${error.message}`;
      }
      throw error;
    }
  }

  private own(values: readonly Value[]): readonly Value[] {
    for (const value of values) {
      if (value instanceof Tensor) this.made.add(value);
      else if (value) for (const item of value.items) if (item) this.made.add(item);
    }
    return values;
  }

  private copied(value: Value): Value {
    if (!(value instanceof Tensor)) return value;
    const copy = clone(value);
    this.made.add(copy);
    return copy;
  }

  /** The value of a condition. @param node that asks */
  private *flag(condition: Tensor, node: GraphDefNode): Waiting<boolean> {
    if ('view' in condition.storage.backend) return condition.dataSync()[0] !== 0;
    this.waitFor(node);
    const [value] = (yield condition.data()) as ArrayLike<number> & Iterable<number>;
    return value !== 0;
  }

  /** Run a loop to its end, and set the values of its Exit nodes in the iteration around it. */
  private *runLoop(exit: GraphDefNode, outer: Iteration): Waiting<void> {
    const { name, condition, variables, exits } = this.structure.loopOf(exit);
    let iteration: Iteration = { loop: name, outer, values: new Map() };
    yield* this.settle(firstOf(variables.map(({ enter }) => enter)), iteration, null);
    for (const { merge, enter } of variables) iteration.values.set(merge.name, iteration.values.get(enter)!);
    for (let count = 0; count < MOST_ITERATIONS; count++) {
      yield* this.settle(firstOf([condition.name]), iteration, null);
      const [value] = iteration.values.get(condition.name)!;
      // The condition of a loop in a branch that is not taken has no value.
      const continues = value instanceof Tensor && (yield* this.flag(value, condition));
      if (!continues) {
        yield* this.settle(
          exits.flatMap(({ inputs }) => inputs),
          iteration,
          null,
        );
        for (const { name, inputs } of exits) {
          const [{ node, output }] = inputs;
          outer.values.set(name, [this.copied(iteration.values.get(node)![output] ?? null)]);
        }
        return;
      }
      yield* this.settle(firstOf(variables.map(({ next }) => next)), iteration, null);
      const following: Iteration = { loop: name, outer, values: new Map() };
      for (const [node, values] of iteration.values) {
        // What entered the loop is the same in each iteration.
        if (this.structure.nodes.get(node)!.op === 'Enter') following.values.set(node, values);
      }
      for (const { merge, next } of variables) following.values.set(merge.name, iteration.values.get(next)!);
      this.leave(iteration, following);
      iteration = following;
    }
    throw new ValueError(`${condition.caller}: ${MOST_ITERATIONS} iterations without an end`);
  }

  /** Free what an iteration made and the next one does not read. */
  private leave(iteration: Iteration, next: Iteration): void {
    const kept = new Set([...next.values.values()].flat());
    for (const value of [...iteration.values.values()].flat()) {
      if (value instanceof Tensor && !kept.has(value) && this.made.has(value)) this.free(value);
    }
  }

  private free(tensor: Tensor): void {
    this.made.delete(tensor);
    tensor.dispose();
  }

  /** Free the inputs of a node that nothing else reads. */
  private releaseAfter({ inputs }: GraphDefNode, { values }: Iteration, readers: Map<string, number>): void {
    for (const { node } of inputs) {
      const left = readers.get(node)! - 1;
      readers.set(node, left);
      if (left > 0) continue;
      for (const value of values.get(node) ?? []) if (value instanceof Tensor && this.made.has(value)) this.free(value);
    }
  }
}

const firstOf = (names: readonly string[]): OutputRef[] => names.map((node) => ({ node, output: 0 }));
