import type { Rectifier } from '../backends/kernels.js';
import { sameShape } from '../base/shape.js';
import { asList, type CallOptions } from '../layers/base/layer.js';
import type { GraphNode, SymbolicTensor } from '../layers/base/symbolic.js';
import type { Tensor } from '../tensor/tensor.js';

/** A unit of execution of a graph: a call of a layer, or a normalization fused with the calls after it. */
export interface Step {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  run(values: readonly Tensor[], options: CallOptions): readonly Tensor[];
}

/** Group ordered calls into steps. A step takes the position of its last call, when all of its inputs exist. */
export function stepsOf(nodes: readonly GraphNode[], outputs: readonly SymbolicTensor[]): Step[] {
  const onlyReader = onlyReaders(nodes, outputs);
  const passes = new Map<GraphNode, Step>();
  const absorbed = new Set<GraphNode>();
  for (const node of nodes) {
    const pass = passOf(node, onlyReader, absorbed);
    if (!pass) continue;
    for (const each of pass.nodes) absorbed.add(each);
    passes.set(pass.nodes.at(-1)!, pass);
  }
  return nodes.flatMap((node) => passes.get(node) ?? (absorbed.has(node) ? [] : callOf(node)));
}

const callOf = (node: GraphNode): Step => ({
  nodes: [node],
  inputs: node.inputs,
  outputs: node.outputs,
  run: (values, options) => {
    const results = node.layer.apply(values.length === 1 ? values[0] : values, optionsOf(node, options));
    return asList(results as Tensor | Tensor[]);
  },
});

/** A normalization and the calls after it that can be fused into its pass; null if there are none. */
function passOf(
  node: GraphNode,
  onlyReader: (tensor: SymbolicTensor) => GraphNode | undefined,
  absorbed: ReadonlySet<GraphNode>,
): Step | null {
  if (!node.layer.applyWithTail || node.layer.activityRegularizer) return null;
  const nodes = [node];
  const next = (): GraphNode | undefined => {
    const reader = onlyReader(nodes.at(-1)!.outputs[0]);
    return reader && !absorbed.has(reader) ? reader : undefined;
  };
  let residual: SymbolicTensor | null = null;
  const sum = next();
  if (sum?.layer.asTail === 'sum' && !sum.layer.activityRegularizer) {
    const others = sum.inputs.filter((input) => input !== node.outputs[0]);
    if (sum.inputs.length !== 2 || others.length !== 1 || !isSummand(others[0], sum.outputs[0])) return null;
    residual = others[0];
    nodes.push(sum);
  }
  const rectifier = next();
  const activation = rectifier?.layer.activityRegularizer ? null : rectifier?.layer.asTail;
  if (rectifier && activation && activation !== 'sum') nodes.push(rectifier);
  if (nodes.length === 1) return null;
  const tail = { activation: activation === 'sum' ? null : ((activation ?? null) as Rectifier | null) };
  return {
    nodes,
    inputs: residual ? [node.inputs[0], residual] : node.inputs,
    outputs: nodes.at(-1)!.outputs,
    run: ([x, added], options) => {
      if (nodes.some(({ layer }) => layer.hasCallHook)) return [runApart(nodes, x, added, options)];
      return [node.layer.applyWithTail!(x, added ? { ...tail, residual: added } : tail, optionsOf(node, options))];
    },
  };
}

/** Run the calls of a pass one by one, for hooks. */
function runApart(nodes: readonly GraphNode[], x: Tensor, added: Tensor | undefined, options: CallOptions): Tensor {
  let value = x;
  for (const [index, node] of nodes.entries()) {
    const before = nodes[index - 1]?.outputs[0];
    const inputs = node.inputs.map((input) => (index === 0 || input === before ? value : added!));
    value = node.layer.apply(inputs.length === 1 ? inputs[0] : inputs, optionsOf(node, options)) as Tensor;
  }
  return value;
}

/** Whether a summand has the shape and dtype of the sum, and is not broadcast. */
const isSummand = (summand: SymbolicTensor, sum: SymbolicTensor): boolean =>
  summand.dtype === sum.dtype && sameShape(summand.shape as readonly number[], sum.shape as readonly number[]);

/** The call that reads a tensor, if it is the only reader and reads it once; model outputs have other readers. */
function onlyReaders(nodes: readonly GraphNode[], outputs: readonly SymbolicTensor[]) {
  const readers = new Map<SymbolicTensor, GraphNode[]>();
  for (const node of nodes) {
    for (const tensor of node.inputs) readers.set(tensor, [...(readers.get(tensor) ?? []), node]);
  }
  const given = new Set(outputs);
  return (tensor: SymbolicTensor): GraphNode | undefined => {
    const found = readers.get(tensor) ?? [];
    return found.length === 1 && !given.has(tensor) ? found[0] : undefined;
  };
}

/** Merge the options of a call: its own, such as `training: false`, override those of the model's call. */
function optionsOf({ callOptions }: GraphNode, options: CallOptions): CallOptions {
  for (const name in callOptions) {
    if (callOptions[name] !== undefined && callOptions[name] !== null) return { ...options, ...given(callOptions) };
  }
  return options;
}

const given = (options: CallOptions): CallOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
