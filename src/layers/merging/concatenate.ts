import { ValueError } from '../../base/errors.js';
import { integer } from '../../base/options.js';
import { logicalOr } from '../../ops/comparison.js';
import { concat } from '../../ops/concat.js';
import { fill } from '../../ops/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axisOf } from '../base/input-checks.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';
import type { Masks } from '../base/masks.js';

const OPTIONS = {
  /** Default −1, the channels. */
  axis: integer().default(-1),
};

/** Joins its inputs along an axis; their other axes must agree. */
export class Concatenate extends Layer<typeof OPTIONS> {
  static override readonly className = 'Concatenate';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length < 2) throw new ValueError(`${list.length} input given, expected a list of two tensors or more`);
    return concat(list, this.options.axis);
  }

  /** Along the steps, masks are concatenated; along other axes, a step is valid if it is valid for any input. */
  override computeMask(inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    const list = asList<Tensor | null>(masks);
    const axis = axisOf(this.describe(), this.options.axis, asList(inputs)[0].rank);
    if (axis === 1) {
      return concat(
        asList(inputs).map((x, index) => list[index] ?? fill(x.shape.slice(0, 2), true, 'bool')),
        1,
      );
    }
    return list.some((mask) => mask === null) ? null : list.reduce((a, b) => logicalOr(a!, b!));
  }
}
