import { ValueError } from '../../base/errors.js';
import { concat } from '../../ops/concat.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type LayerOptions, type OneOrMany } from '../base/layer.js';

export interface ConcatenateOptions extends LayerOptions {
  /** Default −1, the channels. */
  readonly axis?: number;
}

/** Joins its inputs along an axis; their other axes agree. */
export class Concatenate extends Layer {
  static override readonly className = 'Concatenate';

  private readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    if (!Number.isInteger(this.axis)) {
      throw new ValueError(`${this.describe()}: axis is ${String(this.axis)}, expected an integer`);
    }
  }

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length < 2) throw new ValueError(`${list.length} input given, expected a list of two tensors or more`);
    return concat(list, this.axis);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
