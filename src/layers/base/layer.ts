import { COPY } from '../../base/copy.js';
import { type DType, isFloat } from '../../base/dtype.js';
import { NablaError, ValueError } from '../../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../../base/inspect.js';
import { configOf, type Options, type OptionTable } from '../../base/options.js';
import { inLayer } from '../../base/place.js';
import { classNameOf, serialized } from '../../base/serialization.js';
import { cast } from '../../ops/cast.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import { describe } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { addToLoss, isCollecting } from './added-losses.js';
import { GraphMember } from './graph-member.js';
import { inferShapes } from './infer.js';
import { asList, type OneOrMany, shapesOf } from './inputs.js';
import { writtenOptions } from './inspect-layer.js';
import {
  assertCallOptions,
  type CallOptions,
  type LayerArguments,
  type NoOptions,
  readLayerOptions,
  tableOf,
} from './layer-options.js';
import { type Masks, masksOf, propagateMasks } from './masks.js';
import { ownResults } from './own-results.js';
import { isSymbolic, type SymbolicShape, type SymbolicTensor } from './symbolic.js';
import type { PassMember } from './tail.js';
import { Weight } from './weight.js';
import type { WeightArguments } from './weight-declaration.js';

export { asList, type OneOrMany } from './inputs.js';
export type { CallOptions, LayerOptions } from './layer-options.js';

/**
 * A function of tensors that may have weights.
 *
 * A custom layer extends this class: `build` declares weights, `call` computes with ops, `getConfig` returns the
 * options of the constructor. Output shapes are inferred by running `call` without data. Layers in its properties are
 * sub-layers: their weights are trained, frozen and saved with its own.
 * @example class Double extends Layer { call(x) { return x.mul(2); } }
 */
export abstract class Layer<Table extends OptionTable = NoOptions> extends GraphMember implements PassMember {
  /** Keras's class name for files and summaries; default the name of the class. */
  static readonly className: string = 'Layer';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;
  /** The options that the class adds to those of its parents. */
  static readonly options?: OptionTable;

  /** The values of the table's options. */
  readonly options: Options<Table>;
  /** Input shape with the batch, if the layer is the first of a sequential model. */
  readonly batchInputShape: SymbolicShape | null;
  readonly inputDType: DType;
  /** Whether weights are declared. */
  built = false;
  /** Whether the layer passes masks on; a layer that does not drops them with a warning. */
  supportsMasking: boolean = false;
  /** Whether the layer attaches masks to the outputs of inputs without one. */
  protected readonly makesMasks: boolean = false;
  /** @internal options of `apply` other than `training` and `mask` */
  readonly callOptionNames: readonly string[] = [];
  /** Penalty of the outputs; null for none. */
  readonly activityRegularizer: Regularizer | null;
  private readonly initialWeights: readonly Tensor[] | undefined;

  /** @internal */
  get asTail(): PassMember['asTail'] {
    return null;
  }

  /** @internal */
  get applyWithTail(): PassMember['applyWithTail'] {
    return null;
  }

  /** @throws ValueError for options that the class's table does not have, and for wrong values */
  constructor(...[given]: LayerArguments<Table>) {
    const all = readLayerOptions(
      classNameOf(new.target),
      tableOf(new.target),
      given,
      Object.hasOwn(new.target, 'options'),
    );
    const { name, trainable, dtype, inputShape, batchInputShape, batchSize, inputDType, ...others } = all;
    const { activityRegularizer, weights, ...options } = others;
    super(name, trainable, dtype);
    this.options = options as Options<Table>;
    this.inputDType = inputDType ?? dtype;
    this.batchInputShape = batchInputShape ?? (inputShape ? [batchSize ?? null, ...inputShape] : null);
    this.activityRegularizer = activityRegularizer;
    this.initialWeights = weights;
    this.checkOptions();
  }

  /** Throw a ValueError where options contradict each other. Runs before the fields of subclasses are set. */
  protected checkOptions(): void {}

  private get class(): typeof Layer {
    return this.constructor as typeof Layer;
  }

  /** Whether the table lists every option of the class. */
  private get isStrict(): boolean {
    return Object.hasOwn(this.class, 'options');
  }

  /** Layers whose weights belong to this one: those in its properties or in lists in them. */
  override get sublayers(): readonly Layer[] {
    const held = Object.values(this).flat();
    return [...new Set(held.filter((value): value is Layer => value instanceof Layer))];
  }

  /** Declare the weights for the shape of the input, or the shapes of several; runs once, before the first call. */
  build(_inputShape: SymbolicShape | readonly SymbolicShape[]): void {}

  /** Declare a weight whose initializer, regularizer and constraint are options: `kernelInitializer`, … */
  protected addWeightFrom(prefix: string, shape: SymbolicShape, name = prefix, trainable = true): Weight {
    const choice = (kind: string) => (this.options as Readonly<Record<string, unknown>>)[prefix + kind];
    const regularizer = choice('Regularizer');
    const constraint = choice('Constraint');
    const rest = [choice('Initializer'), { regularizer, constraint, trainable }];
    return this.addWeight(name, shape, ...(rest as unknown as WeightArguments));
  }

  /** Whether `call` computes only with floats: integers and booleans are first cast to the layer's dtype. */
  protected get takesFloats(): boolean {
    return false;
  }

  private callWith(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    if (!this.takesFloats) return this.call(inputs as Tensor, options);
    const asFloat = (x: Tensor): Tensor => (isFloat(x.dtype) ? x : cast(x, this.dtype));
    const floats = Array.isArray(inputs) ? inputs.map(asFloat) : asFloat(inputs as Tensor);
    return this.call(floats as Tensor, options);
  }

  /** The computation, in ops. */
  abstract call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | Tensor[];

  /**
   * The masks of the outputs. Default: the mask of the input, for a layer that `supportsMasking`.
   * @param masks of the inputs, bool [batch, time]; null where every step counts
   */
  computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return this.supportsMasking ? masks : null;
  }

  /** Convert inputs to the form of `build` and `call`. @throws ValueError when their number is wrong */
  protected inputsFrom<T>(inputs: OneOrMany<T>): OneOrMany<T> {
    return inputs;
  }

  /** Return the options that recreate the layer, as JSON; subclasses without a table add theirs. */
  getConfig(): Record<string, unknown> {
    const config: Record<string, unknown> = { name: this.name, trainable: this.trainable, dtype: this.dtype };
    if (this.batchInputShape) config.batchInputShape = [...this.batchInputShape];
    if (this.inputDType !== this.dtype) config.inputDType = this.inputDType;
    if (this.activityRegularizer) config.activityRegularizer = serialized(this.activityRegularizer);
    return { ...config, ...configOf(tableOf(this.class), this.options, this.describe()) };
  }

  /** @internal `Dense { name: 'dense_1', units: 10 }` */
  [INSPECT](...args: InspectArguments): string {
    return inspected(this.className, writtenOptions(this), args);
  }

  /**
   * Call the layer: on tensors it computes, on symbolic tensors it adds a node to the graph. Builds it first if needed.
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
    given?: CallOptions | null,
  ): Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[] {
    const options = given ?? {};
    assertCallOptions(this, options, this.isStrict);
    const list = asList<Tensor | SymbolicTensor>(inputs as OneOrMany<Tensor | SymbolicTensor>);
    if (list.length > 0 && list.every(isSymbolic))
      return this.applySymbolic(inputs as OneOrMany<SymbolicTensor>, options);
    if (!list.every((input) => input instanceof Tensor)) throw this.notTensors(list);
    return this.named(() => {
      const taken = this.inputsFrom(inputs as OneOrMany<Tensor>);
      this.buildFor(shapesOf(taken));
      return tidy(() => this.callMasked(taken, options));
    });
  }

  /** `call`, with the masks of the inputs among the options and those of the outputs attached to them. */
  private callMasked(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    this.callHook?.(inputs, options);
    const masks = (options.mask as Masks | undefined) ?? masksOf(inputs);
    if (masks === null && !this.makesMasks) return this.penalized(ownResults(this.callWith(inputs, options)));
    const given = masks === null ? options : { ...options, mask: masks };
    const outputs = this.penalized(ownResults(this.callWith(inputs, given)));
    propagateMasks(this, inputs, masks, outputs);
    return outputs;
  }

  /** Add the penalties of outputs to the loss. */
  private penalized(outputs: Tensor | Tensor[]): Tensor | Tensor[] {
    const { activityRegularizer } = this;
    if (activityRegularizer && isCollecting()) {
      for (const output of asList(outputs)) addToLoss(activityRegularizer.apply(output));
    }
    return outputs;
  }

  /**
   * Add a scalar, or several, to the loss of the step of training or evaluation that runs, in `call`; outside one
   * nothing happens. On a part of a batch it is the part's share, and the shares are summed.
   * @throws ValueError when one is not a scalar
   * @see keras.Layer.add_loss
   * @example class Sparse extends Layer { call(x) { this.addLoss(x.abs().mean()); return x; } }
   */
  addLoss(loss: Tensor | readonly Tensor[]): void {
    for (const each of asList(loss)) {
      if (each.size !== 1)
        throw new ValueError(`${this.describe()}: addLoss is given [${each.shape}], expected a scalar`);
      if (isCollecting()) addToLoss(each);
    }
  }

  /** @internal Declare the weights for inputs of these shapes, once. After an error the layer is unchanged. */
  buildFor(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
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

  /** @param inputs neither all tensors nor all symbolic */
  private notTensors(inputs: readonly unknown[]): ValueError {
    const isWrong = (input: unknown): boolean => !(input instanceof Tensor || isSymbolic(input));
    const input = inputs.find(isWrong) ?? inputs.find(isSymbolic);
    const hint = input instanceof Weight ? `: pass ${input.name}.read()` : '';
    return new ValueError(`${this.describe()}: an input is ${describe(input)}, expected a tensor${hint}`);
  }

  private applySymbolic(inputs: OneOrMany<SymbolicTensor>, options: CallOptions): SymbolicTensor | SymbolicTensor[] {
    const list = asList(inputs);
    return this.named(() => {
      const given = this.inputsFrom(inputs);
      this.buildFor(shapesOf(given));
      let many = false;
      const specs = inferShapes(list, (tensors) => {
        const result = this.callWith(Array.isArray(given) ? tensors : tensors[0], options);
        many = Array.isArray(result);
        return asList(result);
      });
      const outputs = this.addNode(list, specs, options);
      return many ? outputs : outputs[0];
    });
  }

  /** Return the output shape for an input shape, with the batch unknown, by running `call` without data. */
  computeOutputShape(inputShape: SymbolicShape | readonly SymbolicShape[]): SymbolicShape | SymbolicShape[] {
    const isList = Array.isArray(inputShape[0]);
    const shapes = (isList ? inputShape : [inputShape]) as readonly SymbolicShape[];
    return this.named(() => {
      const given = isList ? this.inputsFrom(shapes) : shapes[0];
      this.buildFor(given as SymbolicShape | readonly SymbolicShape[]);
      const specs = inferShapes(
        shapes.map((shape) => ({ shape, dtype: this.inputDType })),
        (tensors) => asList(this.callWith(isList ? this.inputsFrom(tensors) : tensors[0], {})),
      );
      return specs.length === 1 ? specs[0].shape : specs.map(({ shape }) => shape);
    });
  }

  /** Run `f` under the layer's name, which profiles record and error messages begin with. */
  protected named<T>(f: () => T): T {
    try {
      return inLayer(this.name, f);
    } catch (error) {
      if (error instanceof NablaError && !error.message.startsWith(this.describe())) {
        error.message = `${this.describe()}: ${error.message}`;
      }
      throw error;
    }
  }
}
