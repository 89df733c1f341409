import type { DType } from '../../base/dtype.js';
import { NablaError, ValueError } from '../../base/errors.js';
import { clone } from '../../ops/reshape.js';
import { isTracked, tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { inferShapes, type SymbolicSpec } from './infer.js';
import type { CallOptions, LayerOptions } from './layer-options.js';
import { asList, type OneOrMany, shapesOf } from './one-or-many.js';
import { type GraphNode, isSymbolic, type SymbolicShape, SymbolicTensor } from './symbolic.js';
import { WeightOwner } from './weight-owner.js';

export type { CallOptions, LayerOptions } from './layer-options.js';
export { asList, type OneOrMany, onlyTensor } from './one-or-many.js';

/**
 * A function of tensors that may have weights.
 *
 * A layer of your own extends this class: `build` declares weights, `call` computes with ops, `getConfig` gives back
 * the constructor's options. Output shapes are found by running `call` without data. Layers that it keeps in its properties and
 * calls count as parts of it: their weights are trained, frozen and saved with its own.
 * @example class Double extends Layer { call(x) { return x.mul(2); } }
 */
export abstract class Layer extends WeightOwner {
  /** Keras's class name, which files and summaries carry; a subclass sets its own. */
  static override readonly className: string = 'Layer';

  /** Shape with the batch that this layer wants as the first of a sequential model. */
  readonly batchInputShape: SymbolicShape | null;
  readonly inputDType: DType;
  /** Calls of this layer in graphs, in order. */
  readonly nodes: GraphNode[] = [];
  /** Whether weights are declared. */
  built = false;
  private readonly initialWeights: readonly Tensor[] | undefined;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.inputDType = options.inputDType ?? this.dtype;
    this.batchInputShape =
      options.batchInputShape ?? (options.inputShape ? [options.batchSize ?? null, ...options.inputShape] : null);
    this.initialWeights = options.weights;
  }

  /** Layers whose weights count as this one's: those that its properties hold, alone or in lists. */
  override get sublayers(): readonly Layer[] {
    const held = Object.values(this).flat();
    return [...new Set(held.filter((value): value is Layer => value instanceof Layer))];
  }

  /** Declares the weights; called once, before the first call. @param inputShape one shape, or one for each input */
  build(_inputShape: SymbolicShape | readonly SymbolicShape[]): void {}

  /** The computation, in ops. */
  abstract call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | Tensor[];

  /** Options that make an equal layer, JSON alone; subclasses add theirs. */
  getConfig(): Record<string, unknown> {
    const config: Record<string, unknown> = { name: this.name, trainable: this.trainable, dtype: this.dtype };
    if (this.batchInputShape) config.batchInputShape = [...this.batchInputShape];
    if (this.inputDType !== this.dtype) config.inputDType = this.inputDType;
    return config;
  }

  /**
   * Calls the layer: on tensors it computes, on symbolic tensors it adds a node to the graph. Builds it if it is not yet.
   * @throws ShapeError when the inputs do not fit
   * @example const y = layers.dense({ units: 10 }).apply(x);
   */
  apply(inputs: Tensor, options?: CallOptions): Tensor;
  apply(inputs: readonly Tensor[], options?: CallOptions): Tensor;
  apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  apply(inputs: readonly SymbolicTensor[], options?: CallOptions): SymbolicTensor;
  apply(
    inputs: OneOrMany<Tensor> | OneOrMany<SymbolicTensor>,
    options?: CallOptions,
  ): Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[];
  apply(
    inputs: OneOrMany<Tensor> | OneOrMany<SymbolicTensor>,
    options: CallOptions = {},
  ): Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[] {
    const list = asList<Tensor | SymbolicTensor>(inputs as OneOrMany<Tensor | SymbolicTensor>);
    if (list.length > 0 && list.every(isSymbolic))
      return this.applySymbolic(inputs as OneOrMany<SymbolicTensor>, options);
    for (const input of list) {
      if (!(input instanceof Tensor))
        throw new ValueError(`${this.describe()}: an input is ${String(input)}, expected a tensor`);
    }
    return this.named(() => {
      this.buildFor(shapesOf(inputs as OneOrMany<Tensor>));
      return tidy(() => {
        const result = this.call(inputs as OneOrMany<Tensor>, options);
        // A layer that passes on its input, a weight, or one tensor twice gives others all the same: each result has one owner.
        const owned = new Set<Tensor>();
        const own = (value: Tensor): Tensor => {
          const mine = isTracked(value) && !owned.has(value) ? value : clone(value);
          owned.add(mine);
          return mine;
        };
        return Array.isArray(result) ? result.map(own) : own(result as Tensor);
      });
    });
  }

  /** Declares the weights for inputs of these shapes, once. An error leaves the layer as if it had not been called. */
  protected buildFor(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    if (this.built) return;
    try {
      this.build(inputShape);
      if (this.initialWeights) this.setWeights(this.initialWeights);
    } catch (error) {
      this.forgetWeights();
      throw error;
    }
    this.built = true;
  }

  private applySymbolic(inputs: OneOrMany<SymbolicTensor>, options: CallOptions): SymbolicTensor | SymbolicTensor[] {
    const list = asList(inputs);
    return this.named(() => {
      this.buildFor(shapesOf(inputs));
      let many = false;
      const specs = inferShapes(list, (tensors) => {
        const result = this.call(Array.isArray(inputs) ? tensors : tensors[0], options);
        many = Array.isArray(result);
        return asList(result);
      });
      const outputs = this.addNode(list, specs, options);
      return many ? outputs : outputs[0];
    });
  }

  /** @internal puts a call of this layer into the graph */
  addNode(
    inputs: readonly SymbolicTensor[],
    specs: readonly SymbolicSpec[],
    callOptions: CallOptions,
  ): SymbolicTensor[] {
    const callIndex = this.nodes.length;
    const outputs = specs.map(({ shape, dtype }, index) => new SymbolicTensor(shape, dtype, this.name, index));
    const node: GraphNode = { layer: this, inputs, outputs, callOptions, callIndex };
    for (const output of outputs) output.node = node;
    this.nodes.push(node);
    return outputs;
  }

  /** The shape of the output for inputs of a shape, the batch unknown: found by running `call` without data. */
  computeOutputShape(inputShape: SymbolicShape | readonly SymbolicShape[]): SymbolicShape | SymbolicShape[] {
    const many = Array.isArray(inputShape[0]);
    const shapes = (many ? inputShape : [inputShape]) as readonly SymbolicShape[];
    return this.named(() => {
      this.buildFor(inputShape);
      const specs = inferShapes(
        shapes.map((shape) => ({ shape, dtype: this.dtype })),
        (tensors) => asList(this.call(many ? tensors : tensors[0], {})),
      );
      return specs.length === 1 ? specs[0].shape : specs.map(({ shape }) => shape);
    });
  }

  /** The symbolic tensor that went in; for a layer that was called once. */
  get input(): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this.onlyNode('input');
    return inputs.length === 1 ? inputs[0] : inputs;
  }

  /** The symbolic tensor that came out; for a layer that was called once. */
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

  /** Puts the layer's name before the message of an error of ours. */
  private named<T>(f: () => T): T {
    try {
      return f();
    } catch (error) {
      if (error instanceof NablaError && !error.message.startsWith(this.describe())) {
        error.message = `${this.describe()}: ${error.message}`;
      }
      throw error;
    }
  }
}
