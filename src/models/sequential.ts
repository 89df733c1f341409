import { ValueError } from '../base/errors.js';
import { snakeCase } from '../base/names.js';
import { accept, type Options, type OptionTable } from '../base/options.js';
import { classNameOf } from '../base/serialization.js';
import { show } from '../base/show.js';
import { asList, Layer, type LayerOptions } from '../layers/base/layer.js';
import { type SymbolicShape, SymbolicTensor } from '../layers/base/symbolic.js';
import { InputLayer } from '../layers/core/input-layer.js';
import { Model } from './model.js';

const OPTIONS = {
  /** The first layers; `add` adds others. */
  layers: accept<readonly Layer[]>('a list of layers', Array.isArray)
    .inConfig(() => undefined)
    .optional(),
};

export interface SequentialOptions extends LayerOptions {
  /** The first layers; `add` adds others. */
  readonly layers?: readonly Layer[];
}

/**
 * A stack of layers. It may be extended as in Keras: `class LeNet5 extends Sequential { constructor() { super();
 * this.add(…); } }`. The input's shape comes from the first layer, or from the first call.
 * @example const m = new Sequential(); m.add(layers.dense({ units: 10, inputShape: [784] }));
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  static override readonly options: OptionTable = OPTIONS;

  private readonly stack: Layer[] = [];

  /** @param options options, or the list of layers itself */
  constructor(options: SequentialOptions | readonly Layer[] = {}) {
    super((isList(options) ? { layers: options } : options) as LayerOptions);
    const { layers } = this.options as unknown as Options<typeof OPTIONS>;
    for (const layer of layers ?? []) this.add(layer);
  }

  protected override get defaultName(): string {
    return snakeCase(classNameOf(this.constructor));
  }

  /** The layers in order, without the input layer, as in Keras. */
  override get layers(): readonly Layer[] {
    return this.stack;
  }

  override get sublayers(): readonly Layer[] {
    return this.stack;
  }

  /**
   * Add a layer at the end.
   * @throws ValueError when it is not a layer, is in the model already or has several outputs
   * @throws ShapeError when it does not accept the output shape of the previous layer
   */
  add(layer: Layer): this {
    if (!(layer instanceof Layer)) {
      const given = typeof layer === 'function' ? 'a function that was not called' : show(layer);
      throw new ValueError(`${this.name}: add was given ${given}, expected a layer, such as layers.flatten()`);
    }
    if (layer instanceof InputLayer) {
      if (this.stack.length > 0 || this.built) throw new ValueError(`${this.name}: an input layer must be the first`);
      const start = layer.output as SymbolicTensor;
      this.setGraph([start], [start]);
      return this;
    }
    if (this.stack.some(({ name }) => name === layer.name)) {
      throw new ValueError(`${this.name}: a layer named ${layer.name} exists already, expected a different name`);
    }
    if (this.built) this.extend(layer);
    else if (this.stack.length === 0 && firstShape(layer)) this.start(firstShape(layer)!, [layer]);
    this.stack.push(layer);
    return this;
  }

  /** Remove the last layer. @throws ValueError when there is none */
  pop(): void {
    if (this.stack.length === 0) throw new ValueError(`${this.name}: there is no layer to pop`);
    this.stack.pop();
    if (!this.built) return;
    if (this.stack.length > 0) this.setGraph(this.inputs, this.outputs[0].node.inputs);
    else this.dropGraph();
  }

  /** @param inputShape with the batch */
  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    if (Array.isArray(inputShape[0])) throw new ValueError(`${this.name}: several inputs given, expected one`);
    const [, ...rest] = inputShape as SymbolicShape;
    this.start([null, ...rest], this.stack);
  }

  private start(batchInputShape: SymbolicShape, layers: readonly Layer[]): void {
    const first = layers[0] as Layer | undefined;
    const name = `${(first ?? this).name}_input`;
    const entry = new InputLayer({ batchInputShape, name, inputDType: first?.inputDType });
    const start = entry.output as SymbolicTensor;
    this.setGraph([start], [start]);
    for (const layer of layers) this.extend(layer);
  }

  private extend(layer: Layer): void {
    const result = layer.apply(this.outputs[0]);
    if (!(result instanceof SymbolicTensor)) {
      throw new ValueError(
        `${this.name}: ${layer.name} has ${asList(result).length} outputs, a sequential model takes one`,
      );
    }
    this.setGraph(this.inputs, [result]);
  }
}

const isList = <T>(value: T | readonly Layer[]): value is readonly Layer[] => Array.isArray(value);

/** Return the input shape, with the batch, of a first layer or a nested model; undefined if unknown. */
function firstShape(layer: Layer): SymbolicShape | null {
  if (layer.batchInputShape) return layer.batchInputShape;
  return layer instanceof Model && layer.built ? layer.inputs[0].shape : null;
}

/**
 * Create a stack of layers.
 * @param options options, or the list of layers itself
 * @throws ValueError when an option is unknown, or a value in the list is not a layer
 * @example const m = sequential([layers.dense({ units: 10, inputShape: [784] })]);
 */
export function sequential(options: SequentialOptions | readonly Layer[] = {}): Sequential {
  return new Sequential(options);
}
