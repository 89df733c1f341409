import { ShapeError, ValueError } from '../base/errors.js';
import { sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import type { CallOptions, Layer } from '../layers/base/layer.js';
import { type GraphNode, isSymbolic, type SymbolicTensor } from '../layers/base/symbolic.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Step, stepsOf } from './graph-steps.js';

/** The calls between symbolic inputs and outputs, in an order in which they can run. */
export class Graph {
  /** Calls in the order of execution, without those of the input layers. */
  readonly nodes: readonly GraphNode[];
  /** Layers in Keras's order: those furthest from the outputs first. */
  readonly layers: readonly Layer[];
  /** The calls as steps of execution. */
  private readonly steps: readonly Step[];
  /** Number of steps (and outputs) that read each tensor. */
  private readonly readers = new Map<SymbolicTensor, number>();

  constructor(
    readonly inputs: readonly SymbolicTensor[],
    readonly outputs: readonly SymbolicTensor[],
    caller: string,
  ) {
    for (const [name, list] of Object.entries({ inputs, outputs })) {
      const wrong = list.find((each) => !isSymbolic(each));
      if (list.length > 0 && wrong === undefined) continue;
      const given = list.length === 0 ? 'empty' : show(wrong);
      throw new ValueError(
        `${caller}: ${name} must be symbolic tensors, from input() and layer.apply(), given ${given}`,
      );
    }
    for (const { node } of inputs) {
      if (node.inputs.length > 0) {
        throw new ValueError(`${caller}: an input comes from ${node.layer.describe()}, expected tensors of input()`);
      }
    }
    const found = collect(outputs, caller);
    const given = new Set(inputs.map(({ node }) => node));
    for (const node of found) {
      if (node.inputs.length === 0 && !given.has(node)) {
        throw new ValueError(`${caller}: the outputs need ${node.layer.name}, which is not among the inputs`);
      }
    }
    const { nodes, layers } = order(found, inputs, outputs);
    this.nodes = nodes.filter((node) => !given.has(node));
    this.layers = layers;
    assertNamesDiffer(layers, caller);
    const read = (tensor: SymbolicTensor) => this.readers.set(tensor, (this.readers.get(tensor) ?? 0) + 1);
    this.steps = stepsOf(this.nodes, outputs);
    for (const step of this.steps) step.inputs.forEach(read);
    outputs.forEach(read);
  }

  /** Compute the outputs. A value is freed after its last reader; a tape keeps the values that gradients read. */
  runGraph(values: readonly Tensor[], options: CallOptions, caller: string): Tensor[] {
    this.checkInputs(values, caller);
    const computed = new Map<SymbolicTensor, Tensor>();
    for (const [index, tensor] of this.inputs.entries()) computed.set(tensor, values[index]);
    const unread = new Map(this.readers);
    const given = new Set(values);
    for (const step of this.steps) {
      const inputs = step.inputs.map((tensor) => computed.get(tensor)!);
      const results = step.run(inputs, options);
      for (const [index, tensor] of step.outputs.entries()) computed.set(tensor, results[index]);
      for (const tensor of step.inputs) {
        const left = unread.get(tensor)! - 1;
        unread.set(tensor, left);
        const value = computed.get(tensor)!;
        if (left === 0 && !given.has(value)) value.dispose();
      }
    }
    return this.outputs.map((tensor) => computed.get(tensor)!);
  }

  private checkInputs(values: readonly Tensor[], caller: string): void {
    if (values.length !== this.inputs.length) {
      throw new ValueError(`${caller}: ${values.length} inputs given, expected ${this.inputs.length}`);
    }
    for (const [index, { shape, name }] of this.inputs.entries()) {
      const given = values[index].shape;
      // A model that was saved with a batch size accepts other sizes, as in Keras 3.
      const wanted = shape.map((size, axis) => (axis === 0 ? given[0] : (size ?? given[axis])));
      if (!sameShape(given, wanted)) {
        const expected = shape.map((size, axis) => (axis === 0 ? 'any' : (size ?? 'any'))).join(',');
        throw new ShapeError(`${caller}: input ${name} is [${given}], expected [${expected}]`);
      }
    }
  }
}

/** @throws ValueError when two layers share a name, because files and `getLayer` identify layers by name */
function assertNamesDiffer(layers: readonly Layer[], caller: string): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name)) throw new ValueError(`${caller}: two layers are named ${name}, expected names that differ`);
    names.add(name);
  }
}

/** Make names unique with a number at the end, as Keras numbers outputs: `base`, `base_1`, … */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 1; taken.has(free); count++) free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
}

/**
 * Walk from the outputs towards the inputs, depth first; without recursion, since chains may have thousands of layers.
 * @param enter called at the first visit of a node @param leave called after all nodes that it needs
 */
function walk(
  outputs: readonly SymbolicTensor[],
  enter: (node: GraphNode) => void,
  leave: (node: GraphNode) => void,
  onCycle: (node: GraphNode) => never,
): void {
  const open = new Set<GraphNode>();
  const seen = new Set<GraphNode>();
  const path: { readonly node: GraphNode; next: number }[] = [];
  const visit = (node: GraphNode): void => {
    if (open.has(node)) onCycle(node);
    if (seen.has(node)) return;
    seen.add(node);
    open.add(node);
    enter(node);
    path.push({ node, next: 0 });
  };
  for (const { node } of outputs) {
    visit(node);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const { inputs } = last.node;
      if (last.next < inputs.length) {
        visit(inputs[last.next++].node);
        continue;
      }
      path.pop();
      open.delete(last.node);
      leave(last.node);
    }
  }
}

/** Return the calls that the outputs need, in the order of execution. */
function collect(outputs: readonly SymbolicTensor[], caller: string): GraphNode[] {
  const finished: GraphNode[] = [];
  walk(
    outputs,
    () => {},
    (node) => finished.push(node),
    (node) => {
      throw new ValueError(`${caller}: the graph has a cycle through ${node.layer.name}`);
    },
  );
  return finished;
}

/** Sort layers as Keras does: by the longest path to an output, then by the walk back from the outputs. */
function order(
  found: readonly GraphNode[],
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { nodes: GraphNode[]; layers: Layer[] } {
  const nodeDepth = new Map<GraphNode, number>();
  const layerDepth = new Map<Layer, number>();
  for (const node of [...found].reverse()) {
    const depth = Math.max(nodeDepth.get(node) ?? 0, layerDepth.get(node.layer) ?? 0);
    nodeDepth.set(node, depth);
    layerDepth.set(node.layer, depth);
    for (const { node: source } of node.inputs) nodeDepth.set(source, Math.max(depth + 1, nodeDepth.get(source) ?? 0));
  }
  for (const { node } of inputs) if (!layerDepth.has(node.layer)) layerDepth.set(node.layer, 0);
  const rank = walkOrder(outputs);
  const layers = [...layerDepth.keys()].sort(
    (a, b) => layerDepth.get(b)! - layerDepth.get(a)! || (rank.get(a) ?? 0) - (rank.get(b) ?? 0),
  );
  // A stable sort by depth keeps each call after its sources.
  const nodes = [...found].sort((a, b) => nodeDepth.get(b)! - nodeDepth.get(a)!);
  return { nodes, layers };
}

/** Number the layers in the order of a walk from the outputs to the inputs. */
function walkOrder(outputs: readonly SymbolicTensor[]): Map<Layer, number> {
  const rank = new Map<Layer, number>();
  const enter = ({ layer }: GraphNode): void => {
    if (!rank.has(layer)) rank.set(layer, rank.size);
  };
  // `collect` has excluded cycles.
  walk(
    outputs,
    enter,
    () => {},
    () => undefined as never,
  );
  return rank;
}
