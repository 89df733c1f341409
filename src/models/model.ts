import { ValueError } from '../base/errors.js';
import { assertKnownOptions, didYouMean } from '../base/names.js';
import { type SaveOptions, type SaveTarget, saveModel } from '../io/save.js';
import { asList, type CallOptions, type Layer, type LayerOptions } from '../layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../layers/base/symbolic.js';
import type { Weight } from '../layers/base/weight.js';
import type { Tensor } from '../tensor/tensor.js';
import { TrainableLayer } from '../training/trainable.js';
import { Graph } from './graph.js';
import { type SummaryData, type SummaryOptions, summaryData, summaryLines } from './summary.js';

export interface ModelOptions extends LayerOptions {
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/**
 * A layer made of layers: a graph of calls from inputs to outputs.
 * @example const m = new Model({ inputs: x, outputs: y });
 */
export class Model extends TrainableLayer {
  static override readonly className: string = 'Functional';

  private ends: { readonly inputs: readonly SymbolicTensor[]; readonly outputs: readonly SymbolicTensor[] } | null =
    null;
  private ownGraph: Graph | null = null;

  constructor(options: Partial<ModelOptions> = {}) {
    super(options);
    if (options.inputs !== undefined && options.outputs !== undefined) {
      this.setGraph(asList(options.inputs), asList(options.outputs));
      // Found at once, for its errors.
      this.graph;
    }
  }

  protected override get defaultName(): string {
    return 'model';
  }

  /** @internal Keras's class of model that it is, whatever it is called. */
  get architecture(): 'Functional' | 'Sequential' {
    return 'Functional';
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

  private get knownEnds() {
    if (!this.ends && this.call !== Model.prototype.call) {
      throw new ValueError(
        `${this.name}: a model is a graph of layers, and has no call of its own; give your class extends Layer, and make a model({ inputs, outputs }) of input() and what your layer's apply gives`,
      );
    }
    if (!this.ends) {
      throw new ValueError(
        `${this.name}: the model is not built; give its first layer an inputShape, or call build or the model on data`,
      );
    }
    return this.ends;
  }

  get inputs(): readonly SymbolicTensor[] {
    return this.knownEnds.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.knownEnds.outputs;
  }

  get inputNames(): string[] {
    return this.inputs.map(({ node }) => node.layer.name);
  }

  get outputNames(): string[] {
    return this.outputs.map(({ node }) => node.layer.name);
  }

  /** In Keras's order. */
  get layers(): readonly Layer[] {
    return this.graph.layers;
  }

  override get sublayers(): readonly Layer[] {
    return this.ownGraph ? this.layers : [];
  }

  /** Each once, though layers inside nested models may be shared. */
  override get weights(): Weight[] {
    return [...new Set(super.weights)];
  }

  override get trainableWeights(): Weight[] {
    return [...new Set(super.trainableWeights)];
  }

  override call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | Tensor[] {
    const results = this.graph.runGraph(asList(inputs), options, this.name);
    return results.length === 1 ? results[0] : results;
  }

  override get losses(): Tensor[] {
    return this.layers.flatMap((layer) => layer.losses);
  }

  /**
   * A layer by its name, or by its place.
   * @throws ValueError when there is none
   */
  getLayer(nameOrIndex: string | number): Layer {
    const layer =
      typeof nameOrIndex === 'number' ? this.layers[nameOrIndex] : this.layers.find(({ name }) => name === nameOrIndex);
    if (!layer) {
      const names = this.layers.map(({ name }) => name);
      throw new ValueError(
        `${this.name}: no layer ${nameOrIndex}, expected one of ${names.join(', ')}${didYouMean(String(nameOrIndex), names)}`,
      );
    }
    return layer;
  }

  /**
   * Prints Keras's table of the layers; no weight is allocated for it.
   * @param options `lineLength`, `printFn`, `expandNested`; with `json: true` nothing is printed and the table is returned as data
   * @throws ValueError when an option is unknown
   */
  summary(options: SummaryOptions & { readonly json: true }): SummaryData;
  summary(options?: SummaryOptions): void;
  summary(options: SummaryOptions & { readonly json?: boolean } = {}): SummaryData | undefined {
    assertKnownOptions('summary', options, ['lineLength', 'printFn', 'expandNested', 'json']);
    if (options.json) return summaryData(this, options);
    const print = options.printFn ?? console.log;
    for (const line of summaryLines(this, options)) print(line);
    return undefined;
  }

  /**
   * Writes the model to a file: `.keras` or `.h5`, which Keras 3 opens, or `.safetensors`. See `saveModel`.
   * @throws ValueError when a part of the model is a function that no file can hold
   * @throws Error of the file system, with its code: ENOSPC, EACCES, …
   */
  async save(target: SaveTarget, options?: SaveOptions): Promise<void> {
    await saveModel(this, target, options);
  }

  get inputShape(): SymbolicShape {
    return this.inputs[0].shape;
  }

  get outputShape(): SymbolicShape {
    return this.outputs[0].shape;
  }
}

/**
 * A functional model.
 * @throws ValueError when inputs or outputs are missing, or the outputs cannot be computed from the inputs
 * @example const m = model({ inputs: x, outputs: y });
 */
export function model(options: ModelOptions): Model {
  for (const end of ['inputs', 'outputs'] as const) {
    if (options[end] === undefined || options[end] === null) {
      throw new ValueError(`model: ${end} is ${options[end]}, expected what input() or layer.apply gives`);
    }
  }
  return new Model(options);
}
