import { DisposedError, ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';
import { accept, type OptionTable, readOptions } from '../base/options.js';
import { asList, type CallOptions, Layer, type LayerOptions } from '../layers/base/layer.js';
import { type Masks, withMasks } from '../layers/base/masks.js';
import type { SymbolicShape, SymbolicTensor } from '../layers/base/symbolic.js';
import type { Weight } from '../layers/base/weight.js';
import { InputLayer } from '../layers/core/input-layer.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Graph, uniqueNames } from './graph.js';
import { penaltiesOf } from './penalties.js';
import { SUMMARY_OPTIONS, type SummaryData, type SummaryOptions, summaryData, summaryLines } from './summary.js';

const isTensors = (value: unknown): boolean => typeof value === 'object' && value !== null;

const ends = () =>
  accept<SymbolicTensor | readonly SymbolicTensor[]>('symbolic tensors, of input() and layer.apply()', isTensors)
    .inConfig(() => undefined)
    .optional();

const OPTIONS = {
  /** Tensors of `input()`. */
  inputs: ends(),
  /** Symbolic tensors that layers compute from the inputs. */
  outputs: ends(),
};

export interface ModelOptions extends LayerOptions {
  /** Tensors of `input()`. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** Symbolic tensors that layers compute from the inputs. */
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/** The ends of a model's graph. */
interface Ends {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * A layer made of layers: a graph of calls from inputs to outputs, or the `call` of a subclass. `Model` adds training
 * and saving.
 */
export abstract class Network extends Layer<typeof OPTIONS> {
  static override readonly options: OptionTable = OPTIONS;

  override readonly supportsMasking: boolean = true;
  private ends: Ends | null = null;
  private ownGraph: Graph | null = null;
  private isDisposed = false;

  constructor(options: Partial<ModelOptions> = {}) {
    super(options);
    const { inputs, outputs } = this.options;
    if (inputs && outputs) {
      this.setGraph(asList(inputs), asList(outputs));
      // Built immediately, to report errors.
      this.graph;
    } else if (inputs || outputs) {
      throw new ValueError(`${this.name}: ${inputs ? 'outputs' : 'inputs'} are missing, expected both or neither`);
    }
  }

  /** Whether a subclass computes the outputs, not a graph of layers. */
  protected get hasOwnCall(): boolean {
    return this.call !== Network.prototype.call;
  }

  /** Whether the model is a graph of layers: functional or sequential. */
  get isGraph(): boolean {
    return this.ends !== null && !this.hasOwnCall;
  }

  /** Whether the model computes outputs. */
  get isCallable(): boolean {
    return this.ends !== null || this.hasOwnCall;
  }

  /** @internal for sequential models, whose graph comes late and may change */
  protected setGraph(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): void {
    this.ends = { inputs, outputs };
    this.ownGraph = null;
    this.built = true;
  }

  protected dropGraph(): void {
    this.ends = null;
    this.ownGraph = null;
    this.built = false;
  }

  /** @throws ValueError when the shape of the input is not known yet */
  get graph(): Graph {
    this.ownGraph ??= new Graph(this.knownEnds.inputs, this.knownEnds.outputs, this.name);
    return this.ownGraph;
  }

  private get knownEnds(): Ends {
    if (this.ends) return this.ends;
    throw new ValueError(
      `${this.name}: the model is not built; give its first layer an inputShape, or call build or the model on data`,
    );
  }

  /**
   * Declare the weights of a subclass by running its `call` without data.
   * @param inputShape with the batch; one shape, or one for each input
   */
  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    if (!this.hasOwnCall) {
      super.build(inputShape);
      return;
    }
    const many = Array.isArray(inputShape[0]);
    const shapes = (many ? inputShape : [inputShape]) as readonly SymbolicShape[];
    const inputs = shapes.map(([, ...rest], index) => {
      const name = `${this.name}_input${many ? `_${index + 1}` : ''}`;
      const entry = new InputLayer({ batchInputShape: [null, ...rest], name, inputDType: this.inputDType });
      return entry.output as SymbolicTensor;
    });
    // Mark as built: the call below must not build again.
    this.built = true;
    try {
      this.setGraph(inputs, asList(this.apply(many ? inputs : inputs[0]) as SymbolicTensor | SymbolicTensor[]));
    } catch (error) {
      this.built = false;
      throw error;
    }
  }

  get inputs(): readonly SymbolicTensor[] {
    return this.knownEnds.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.knownEnds.outputs;
  }

  /** The symbolic tensor that the model takes, or a list of several. */
  override get input(): SymbolicTensor | readonly SymbolicTensor[] {
    return this.inputs.length === 1 ? this.inputs[0] : this.inputs;
  }

  /** The symbolic tensor that the model computes, or a list of several. */
  override get output(): SymbolicTensor | readonly SymbolicTensor[] {
    return this.outputs.length === 1 ? this.outputs[0] : this.outputs;
  }

  get inputNames(): string[] {
    return this.inputs.map(({ node }) => node.layer.name);
  }

  /**
   * Names of the layers that compute the outputs, numbered if one computes several; `output_1`, … for a subclass with
   * its
   * own `call`.
   */
  get outputNames(): string[] {
    if (this.hasOwnCall) return this.outputs.map((_, index) => `output_${index + 1}`);
    return uniqueNames(this.outputs.map(({ node }) => node.layer.name));
  }

  get inputShape(): SymbolicShape {
    return this.inputs[0].shape;
  }

  override get outputShape(): SymbolicShape {
    return this.outputs[0].shape;
  }

  /** In Keras's order; for a subclass with its own `call`, in the order of its properties. */
  get layers(): readonly Layer[] {
    return this.isGraph ? this.graph.layers : super.sublayers;
  }

  /** The layers of the graph, and those in the properties of a subclass. */
  override get sublayers(): readonly Layer[] {
    if (!this.isGraph) return super.sublayers;
    return [...new Set([...this.graph.layers, ...super.sublayers])];
  }

  /** Each weight once, although layers inside nested models may be shared. */
  override get weights(): Weight[] {
    return [...new Set(super.weights)];
  }

  override get trainableWeights(): Weight[] {
    return [...new Set(super.trainableWeights)];
  }

  /** The variables behind `trainableWeights`, for gradients. */
  get trainableVariables(): Variable[] {
    return this.trainableWeights.map(({ variable }) => variable);
  }

  override call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | Tensor[] {
    this.assertAlive(this.name);
    const { mask, ...rest } = options;
    const results = this.graph.runGraph(withMasks(asList(inputs), mask as Masks | undefined), rest, this.name);
    return results.length === 1 ? results[0] : results;
  }

  /** Reset the states of all stateful recurrent layers. */
  resetStates(): void {
    const visit = (layer: Layer): void => {
      const { options } = layer as { readonly options: { readonly stateful?: unknown } };
      if (options.stateful === true) (layer as Layer & { resetStates(): void }).resetStates();
      else for (const inner of layer.sublayers) visit(inner);
    };
    for (const layer of this.sublayers) visit(layer);
  }

  /** The layers of the graph attach the masks of their outputs themselves. */
  override computeMask(): Masks {
    return null;
  }

  /** Penalties of the regularizers, each once, though nested models may share layers. */
  override get losses(): Tensor[] {
    return penaltiesOf(this, Network.prototype);
  }

  /**
   * A layer by its name, or by its index.
   * @throws ValueError when there is none
   */
  getLayer(nameOrIndex: string | number): Layer {
    const layer =
      typeof nameOrIndex === 'number' ? this.layers[nameOrIndex] : this.layers.find(({ name }) => name === nameOrIndex);
    if (!layer) {
      const names = this.layers.map(({ name }) => name);
      throw new ValueError(
        `${this.name}: no layer ${nameOrIndex}, expected one of ` +
          `${names.join(', ')}${didYouMean(String(nameOrIndex), names)}`,
      );
    }
    return layer;
  }

  /**
   * Print Keras's table of the layers, without allocating weights.
   * @param options `lineLength`, `printFn`, `expandNested`; with `json: true` nothing is printed and the table is
   * returned as data
   * @throws ValueError when an option is unknown, or the model is not built
   */
  summary(options: SummaryOptions & { readonly json: true }): SummaryData;
  summary(options?: SummaryOptions): void;
  summary(options: SummaryOptions & { readonly json?: boolean } = {}): SummaryData | undefined {
    const { json, printFn, ...table } = readOptions('summary', SUMMARY_OPTIONS, options);
    if (json) return summaryData(this, table);
    for (const line of summaryLines(this, table)) printFn(line);
    return undefined;
  }

  /** @internal */
  assertAlive(caller: string): void {
    if (this.isDisposed) throw new DisposedError(`${caller}: ${this.name} is used after dispose()`);
  }

  override dispose(): void {
    this.isDisposed = true;
    super.dispose();
  }
}
