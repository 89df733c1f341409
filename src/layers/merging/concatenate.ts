import { ValueError } from '../../base/errors.js';
import { integer } from '../../base/options.js';
import { concat } from '../../ops/concat.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';

const OPTIONS = {
  /** Default −1, the channels. */
  axis: integer().default(-1),
};

/** Joins its inputs along an axis; their other axes must agree. */
export class Concatenate extends Layer<typeof OPTIONS> {
  static override readonly className = 'Concatenate';
  static override readonly options = OPTIONS;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length < 2) throw new ValueError(`${list.length} input given, expected a list of two tensors or more`);
    return concat(list, this.options.axis);
  }
}
