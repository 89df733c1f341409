import { ValueError } from '../../base/errors.js';
import { accept } from '../../base/options.js';
import { registeredFunction, registeredNameOf } from '../../base/serialization.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type OneOrMany } from '../base/layer.js';

/** A function of the inputs, a tensor or a list of them. */
// biome-ignore lint/suspicious/noExplicitAny: the number of inputs depends on the function
export type LambdaFunction = (inputs: any, options: CallOptions) => Tensor | Tensor[];

const OPTIONS = {
  /** The function, or the name that `registerFunction` gave it. */
  function: accept<LambdaFunction | string>('a function or a name', (value) =>
    ['function', 'string'].includes(typeof value),
  ).inConfig((value, place) => nameOf(value, place)),
};

/** @throws ValueError for a function without a name, which cannot be saved */
function nameOf(value: LambdaFunction | string, place: string): string {
  const name = typeof value === 'string' ? value : registeredNameOf(value);
  if (name !== null) return name;
  throw new ValueError(`${place} has no name; registerFunction gives it one, under which files hold it`);
}

/**
 * A function of tensors as a layer, without weights. Files store the name under which it is registered; `loadModel`
 * takes the functions of Lambda layers that Keras saved in its option `functions`.
 * @see keras.layers.Lambda
 */
export class Lambda extends Layer<typeof OPTIONS> {
  static override readonly className = 'Lambda';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  protected override checkOptions(): void {
    const { function: f } = this.options;
    if (typeof f === 'string' && !registeredFunction(f)) {
      throw new ValueError(
        `${this.describe()}: function is '${f}', expected a function or a name under registerFunction`,
      );
    }
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const { function: f } = this.options;
    const apply = (typeof f === 'string' ? registeredFunction(f)! : f) as (x: unknown, options: CallOptions) => Tensor;
    return apply(inputs, options);
  }
}
