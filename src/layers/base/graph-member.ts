import { ValueError } from '../../base/errors.js';
import type { SymbolicSpec } from './infer.js';
import type { CallOptions, Layer } from './layer.js';
import { type GraphNode, SymbolicTensor } from './symbolic.js';
import { WeightOwner } from './weight-owner.js';

/** The part of a layer that graphs use: its calls, with their inputs and outputs. */
export abstract class GraphMember extends WeightOwner {
  /** Calls of this layer in graphs, in order. */
  readonly nodes: GraphNode[] = [];

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

  private onlyNode(what: string): GraphNode {
    if (this.nodes.length !== 1) {
      throw new ValueError(
        `${this.describe()}: ${what} asked of a layer with ${this.nodes.length} calls in graphs, expected 1`,
      );
    }
    return this.nodes[0];
  }
}
