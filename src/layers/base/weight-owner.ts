import type { DType } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { snakeCase } from '../../base/names.js';
import { classNameOf } from '../../base/serialization.js';
import { assertShape } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { reserveName, uniqueName } from './naming.js';
import type { SymbolicShape } from './symbolic.js';
import { Weight } from './weight.js';
import { type KerasWeight, readWeight, type WeightArguments } from './weight-declaration.js';

/** A name and weights: the part of a layer that files, optimizers and summaries use. */
export abstract class WeightOwner {
  readonly name: string;
  private isTrainable: boolean;
  private readonly ownWeights: Weight[] = [];

  constructor(
    name: string | undefined,
    trainable: boolean,
    readonly dtype: DType,
  ) {
    this.name = name === undefined ? uniqueName(this.defaultName) : reserveName(name);
    this.isTrainable = trainable;
  }

  get className(): string {
    return this.getClassName();
  }

  /** tfjs's way to name a custom class, like a static `className`. Default: the name of the class. */
  getClassName(): string {
    return classNameOf(this.constructor);
  }

  /** The start of automatic names. */
  protected get defaultName(): string {
    return snakeCase(this.className);
  }

  get trainable(): boolean {
    return this.isTrainable;
  }

  /** Freeze or unfreeze the weights, and those of every layer inside. */
  set trainable(value: boolean) {
    this.isTrainable = value;
    for (const weight of this.ownWeights) weight.freeze(!value);
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /**
   * Declare a weight, in `build`. Its name is the one within the layer: kernel, bias, …
   * Also accepts Keras's object of options and tfjs's positional arguments.
   * @throws ShapeError when an axis is not known, or the weight is too large to index @throws ValueError
   * @example this.kernel = this.addWeight('kernel', [inputs, units], 'glorotUniform', { regularizer })
   */
  protected addWeight(options: KerasWeight): Weight;
  protected addWeight(name: string, shape: SymbolicShape, ...rest: WeightArguments): Weight;
  protected addWeight(first: string | KerasWeight, shape?: SymbolicShape, ...rest: WeightArguments | []): Weight {
    const spec = readWeight(this.describe(), first, shape, rest);
    const unknown = spec.shape.indexOf(null);
    if (unknown >= 0) {
      throw new ShapeError(
        `${this.describe()}: weight ${spec.name} has the shape [${spec.shape}], whose axis ${unknown} must be known`,
      );
    }
    assertShape(`${this.describe()}: weight ${spec.name}`, spec.shape as number[]);
    const weight = new Weight(`${this.name}/${spec.name}`, { ...spec, dtype: spec.dtype ?? this.dtype });
    weight.freeze(!this.isTrainable);
    this.ownWeights.push(weight);
    return weight;
  }

  /** Free the weights and their declarations. */
  protected forgetWeights(): void {
    for (const weight of this.ownWeights.splice(0)) weight.dispose();
  }

  /** Parts whose weights belong to this one. */
  get sublayers(): readonly WeightOwner[] {
    return [];
  }

  get trainableWeights(): Weight[] {
    if (!this.trainable) return [];
    return [
      ...this.ownWeights.filter((weight) => weight.trainable),
      ...this.sublayers.flatMap((layer) => layer.trainableWeights),
    ];
  }

  get nonTrainableWeights(): Weight[] {
    const trainable = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trainable.has(weight));
  }

  /** Keras's order: layer by layer, and within a layer the trainable ones first, frozen or not. */
  get weights(): Weight[] {
    return [
      ...this.ownWeights.filter(({ trainable }) => trainable),
      ...this.ownWeights.filter(({ trainable }) => !trainable),
      ...this.sublayers.flatMap((layer) => layer.weights),
    ];
  }

  countParams(): number {
    return this.weights.reduce((total, weight) => total + weight.size, 0);
  }

  /**
   * Return the tensors of the weights, in the order of `weights`; the layer owns them.
   * @param trainableOnly default false
   */
  getWeights(trainableOnly = false): Tensor[] {
    return (trainableOnly ? this.trainableWeights : this.weights).map((weight) => weight.variable);
  }

  /**
   * Set the weights, in the order of `weights`.
   * @throws ValueError when the count differs @throws ShapeError
   */
  setWeights(values: readonly Tensor[]): void {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ValueError(`${this.describe()}: ${values.length} weights given, expected ${weights.length}`);
    }
    for (const [index, weight] of weights.entries()) weight.assign(values[index]);
  }

  /** Penalties of the weights' regularizers, as scalars. */
  get losses(): Tensor[] {
    return this.trainableWeights.flatMap(({ regularizer, variable }) =>
      regularizer ? [regularizer.apply(variable)] : [],
    );
  }

  /** Free the weights; calling a layer with weights afterwards throws a DisposedError. */
  dispose(): void {
    for (const weight of this.weights) weight.dispose();
  }

  /** `conv2d_3 (Conv2D)`, for messages. */
  describe(): string {
    return `${this.name} (${this.className})`;
  }
}
