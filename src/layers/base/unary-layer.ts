import { ValueError } from '../../base/errors.js';
import type { OptionTable } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { OneOrMany } from './inputs.js';
import { type CallOptions, Layer } from './layer.js';
import type { NoOptions } from './layer-options.js';
import type { SymbolicShape } from './symbolic.js';

/** A layer with one input: `build` takes its shape and `call` the tensor. */
export abstract class UnaryLayer<Table extends OptionTable = NoOptions> extends Layer<Table> {
  override build(_inputShape: SymbolicShape): void {}

  abstract override call(x: Tensor, options: CallOptions): Tensor;

  protected override inputsFrom<T>(inputs: OneOrMany<T>): T {
    if (!Array.isArray(inputs)) return inputs as T;
    if (inputs.length !== 1) throw new ValueError(`${inputs.length} inputs given, expected one tensor`);
    return inputs[0];
  }
}
