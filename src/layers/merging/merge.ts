import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { add, maximum, minimum, mul, sub } from '../../ops/arithmetic.js';
import { logicalOr } from '../../ops/comparison.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';
import type { Masks } from '../base/masks.js';

const OPTIONS = {};

/** A layer of two or more inputs, whose shapes broadcast, combined elementwise. Output shaped as the broadcast. */
abstract class Merge extends Layer {
  override readonly supportsMasking = true;
  protected abstract readonly combine: (a: Tensor, b: Tensor) => Tensor;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length < 2) throw new ValueError(`${list.length} input given, expected a list of two tensors or more`);
    return withOneRank(list).reduce((a, b) => this.combine(a, b));
  }

  /** Keras's rule: a step is valid if it is valid for any input; all steps are if an input has no mask. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    const list = asList<Tensor | null>(masks);
    return list.some((mask) => mask === null) ? null : list.reduce((a, b) => logicalOr(a!, b!));
  }
}

/**
 * Keras's rule: inputs of a lower rank get axes of size 1 after the batch. @throws ShapeError when the batches differ
 */
function withOneRank(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((input) => input.rank));
  if (inputs.every((input) => input.rank === rank)) return inputs;
  if (inputs.some(({ shape }) => shape.length === 0 || shape[0] !== inputs[0].shape[0])) {
    const shapes = inputs.map(({ shape }) => formatShape(shape)).join(' and ');
    throw new ShapeError(`the inputs are ${shapes}, expected one rank, or one batch size`);
  }
  return inputs.map((x) => reshape(x, [x.shape[0], ...Array(rank - x.rank).fill(1), ...x.shape.slice(1)]));
}

/** The sum of its inputs. */
export class Add extends Merge {
  static override readonly className: string = 'Add';
  static override readonly options = OPTIONS;
  protected override readonly combine = add;

  override get asTail(): 'sum' | null {
    // Subclasses may compute something else.
    return this.constructor === Add ? 'sum' : null;
  }
}

/** The first input minus the second. */
export class Subtract extends Merge {
  static override readonly className = 'Subtract';
  static override readonly options = OPTIONS;
  protected override readonly combine = sub;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    if (asList(inputs).length > 2) throw new ValueError(`${asList(inputs).length} inputs given, expected two tensors`);
    return super.call(inputs);
  }
}

/** The product of its inputs. */
export class Multiply extends Merge {
  static override readonly className = 'Multiply';
  static override readonly options = OPTIONS;
  protected override readonly combine = mul;
}

/** The mean of its inputs. */
export class Average extends Add {
  static override readonly className = 'Average';
  static override readonly options = OPTIONS;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    return mul(super.call(inputs), 1 / asList(inputs).length);
  }
}

/** The elementwise maximum of its inputs. */
export class Maximum extends Merge {
  static override readonly className = 'Maximum';
  static override readonly options = OPTIONS;
  protected override readonly combine = maximum;
}

/** The elementwise minimum of its inputs. */
export class Minimum extends Merge {
  static override readonly className = 'Minimum';
  static override readonly options = OPTIONS;
  protected override readonly combine = minimum;
}
