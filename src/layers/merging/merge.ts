import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { add, maximum, minimum, mul, sub } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';

const OPTIONS = {};

/** A layer of two or more inputs, whose shapes broadcast, combined elementwise. Output shaped as the broadcast. */
abstract class Merge extends Layer {
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length < 2) throw new ValueError(`${list.length} input given, expected a list of two tensors or more`);
    const ranks = new Set(list.map(({ rank }) => rank));
    if (ranks.size > 1) {
      throw new ShapeError(
        `the inputs are ${list.map(({ shape }) => formatShape(shape)).join(' and ')}, expected one rank`,
      );
    }
    return this.merge(list);
  }
}

const folded = (f: (a: Tensor, b: Tensor) => Tensor, inputs: readonly Tensor[]): Tensor =>
  inputs.reduce((a, b) => f(a, b));

/** The sum of its inputs. */
export class Add extends Merge {
  static override readonly className = 'Add';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(add, inputs);
  }
}

/** The first input minus the second. */
export class Subtract extends Merge {
  static override readonly className = 'Subtract';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    if (inputs.length !== 2) throw new ValueError(`${inputs.length} inputs given, expected two tensors`);
    return sub(inputs[0], inputs[1]);
  }
}

/** The product of its inputs. */
export class Multiply extends Merge {
  static override readonly className = 'Multiply';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(mul, inputs);
  }
}

/** The mean of its inputs. */
export class Average extends Merge {
  static override readonly className = 'Average';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return mul(folded(add, inputs), 1 / inputs.length);
  }
}

/** The elementwise maximum of its inputs. */
export class Maximum extends Merge {
  static override readonly className = 'Maximum';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(maximum, inputs);
  }
}

/** The elementwise minimum of its inputs. */
export class Minimum extends Merge {
  static override readonly className = 'Minimum';
  static override readonly options = OPTIONS;

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(minimum, inputs);
  }
}
