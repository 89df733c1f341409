import type { DType } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { snakeCase } from '../../base/names.js';
import { assertShape } from '../../base/shape.js';
import { resolveInitializer } from '../../initializers/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import { floatx } from './floatx.js';
import type { LayerOptions } from './layer-options.js';
import { reserveName, uniqueName } from './naming.js';
import type { SymbolicShape } from './symbolic.js';
import { Weight } from './weight.js';
import { readDeclaration, type WeightDeclaration } from './weight-declaration.js';

/** What has a name and weights: the part of a layer that files, optimizers and summaries see. */
export abstract class WeightOwner {
  /** Keras's class name, which files and summaries carry; a subclass sets its own. */
  static readonly className: string = 'WeightOwner';

  readonly name: string;
  readonly dtype: DType;
  private ownTrainable: boolean;
  private readonly ownWeights: Weight[] = [];

  constructor(options: LayerOptions) {
    this.name = options.name === undefined ? uniqueName(this.defaultName) : reserveName(options.name);
    this.ownTrainable = options.trainable ?? true;
    this.dtype = options.dtype ?? floatx();
  }

  get className(): string {
    return this.getClassName();
  }

  /** tfjs's way to name a class of one's own; a static `className` does the same. */
  getClassName(): string {
    return (this.constructor as typeof WeightOwner).className;
  }

  /** What automatic names are made of. */
  protected get defaultName(): string {
    return snakeCase(this.className);
  }

  get trainable(): boolean {
    return this.ownTrainable;
  }

  /** Freezes or thaws the weights, and those of every layer inside. */
  set trainable(value: boolean) {
    this.ownTrainable = value;
    for (const weight of this.ownWeights) weight.freeze(!value);
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /**
   * Declares a weight. For `build`. tfjs's list of arguments, dtype before the initializer, does too.
   * @param name within the layer: kernel, bias, …
   * @throws ShapeError when an axis is not known, or the weight too large to index @throws ValueError when the initializer is not
   * @example this.kernel = this.addWeight('kernel', [inputs, units], 'glorotUniform', { regularizer })
   */
  protected addWeight(name: string, shape: SymbolicShape, ...declaration: WeightDeclaration): Weight {
    const { initializer, options } = readDeclaration(declaration);
    const unknown = shape.indexOf(null);
    if (unknown >= 0) {
      throw new ShapeError(
        `${this.describe()}: weight ${name} has the shape [${shape}], whose axis ${unknown} must be known`,
      );
    }
    assertShape(`${this.describe()}: weight ${name}`, shape as number[]);
    const weight = new Weight(
      name,
      `${this.name}/${name}`,
      shape as number[],
      options.dtype ?? this.dtype,
      resolveInitializer(initializer, `${this.describe()}: the initializer of ${name}`),
      options,
    );
    weight.freeze(!this.ownTrainable);
    this.ownWeights.push(weight);
    return weight;
  }

  /** Frees the weights and their declarations. */
  protected forgetWeights(): void {
    for (const weight of this.ownWeights.splice(0)) weight.dispose();
  }

  /** What else has weights that count as these. */
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

  /** Keras's order: layer by layer, and within a layer what can be trained first, frozen or not. */
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

  /** Tensors of the weights, in the order of `weights`; they stay the layer's. @param trainableOnly default false */
  getWeights(trainableOnly = false): Tensor[] {
    return (trainableOnly ? this.trainableWeights : this.weights).map((weight) => weight.variable);
  }

  /**
   * Sets the weights, in the order of `weights`.
   * @throws ValueError when the count differs @throws ShapeError
   */
  setWeights(values: readonly Tensor[]): void {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ValueError(`${this.describe()}: ${values.length} weights given, expected ${weights.length}`);
    }
    for (const [index, weight] of weights.entries()) weight.assign(values[index]);
  }

  /** Penalties of the weights' regularizers, scalars. */
  get losses(): Tensor[] {
    return this.trainableWeights.flatMap(({ regularizer, variable }) =>
      regularizer ? [regularizer.apply(variable)] : [],
    );
  }

  /** Frees the weights; the layer starts anew when it is called again. */
  dispose(): void {
    for (const weight of this.weights) weight.dispose();
  }

  /** `conv2d_3 (Conv2D)`, for messages. */
  describe(): string {
    return `${this.name} (${this.className})`;
  }
}
