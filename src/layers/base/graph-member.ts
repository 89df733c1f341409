import { ValueError } from '../../base/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicSpec } from './infer.js';
import type { CallOptions, Layer } from './layer.js';
import { type GraphNode, type SymbolicShape, SymbolicTensor } from './symbolic.js';
import { WeightOwner } from './weight-owner.js';

/** A function that is called with the inputs and options of each call of a layer, before it. */
export type CallHook = (inputs: Tensor | readonly Tensor[], options: CallOptions) => void;

/** The part of a layer that graphs use: its calls, with their inputs and outputs. */
export abstract class GraphMember extends WeightOwner {
  /** Calls of this layer in graphs, in order. */
  readonly nodes: GraphNode[] = [];
  protected callHook: CallHook | null = null;

  /** @internal add a call of this layer to the graph */
  addNode(
    inputs: readonly SymbolicTensor[],
    specs: readonly SymbolicSpec[],
    callOptions: CallOptions,
  ): SymbolicTensor[] {
    const callIndex = this.nodes.length;
    const outputs = specs.map(({ shape, dtype }, index) => new SymbolicTensor(shape, dtype, this.name, index));
    const node: GraphNode = { layer: this as unknown as Layer, inputs, outputs, callOptions, callIndex };
    for (const output of outputs) output.node = node;
    this.nodes.push(node);
    return outputs;
  }

  /** The symbolic input or inputs of a layer that was called once. */
  get input(): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this.onlyNode('input');
    return inputs.length === 1 ? inputs[0] : inputs;
  }

  /** The symbolic output or outputs of a layer that was called once. */
  get output(): SymbolicTensor | readonly SymbolicTensor[] {
    const { outputs } = this.onlyNode('output');
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  /** The symbolic input or inputs of a call in graphs. @param index of the call, from 0 @throws ValueError */
  getInputAt(index: number): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this.nodeAt(index, 'getInputAt');
    return inputs.length === 1 ? inputs[0] : inputs;
  }

  /** The symbolic output or outputs of a call in graphs. @param index of the call, from 0 @throws ValueError */
  getOutputAt(index: number): SymbolicTensor | readonly SymbolicTensor[] {
    const { outputs } = this.nodeAt(index, 'getOutputAt');
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  /**
   * The shape of the output, or of several, with the batch; null for sizes that are not known.
   * @throws ValueError when no call in a graph is there, or calls differ in shape
   */
  get outputShape(): SymbolicShape | SymbolicShape[] {
    const [first, ...others] = this.nodes.map(({ outputs }) => outputs.map(({ shape }) => shape));
    if (!first) throw new ValueError(`${this.describe()}: outputShape asked of a layer without a call in a graph`);
    const written = JSON.stringify(first);
    const other = others.find((each) => JSON.stringify(each) !== written);
    if (other) {
      throw new ValueError(
        `${this.describe()}: outputShape asked of a layer whose calls give ${written} and ${JSON.stringify(other)}`,
      );
    }
    return first.length === 1 ? first[0] : first;
  }

  /** Call a function with the inputs and options of each call of the layer on tensors, before it. */
  setCallHook(hook: CallHook): void {
    this.callHook = hook;
  }

  clearCallHook(): void {
    this.callHook = null;
  }

  /** @internal whether calls must not be fused with others, because a hook waits for them */
  get hasCallHook(): boolean {
    return this.callHook !== null;
  }

  /** Do nothing: `apply` calls the hook of every layer. tfjs's custom layers call this in `call`. */
  invokeCallHook(_inputs: Tensor | readonly Tensor[], _options?: CallOptions): void {}

  private nodeAt(index: number, what: string): GraphNode {
    const node = this.nodes[index];
    if (node) return node;
    throw new ValueError(`${this.describe()}: ${what}(${index}) of a layer with ${this.nodes.length} calls in graphs`);
  }

  private onlyNode(what: string): GraphNode {
    if (this.nodes.length !== 1) {
      throw new ValueError(
        `${this.describe()}: ${what} asked of a layer with ${this.nodes.length} calls in graphs, expected 1`,
      );
    }
    return this.nodes[0];
  }
}
