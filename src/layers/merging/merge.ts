import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { add, maximum, minimum, mul, sub } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';

/** A layer of two inputs or more, of shapes that broadcast, joined elementwise. Output shaped as the broadcast. */
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

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(add, inputs);
  }
}

/** The first input less the second. */
export class Subtract extends Merge {
  static override readonly className = 'Subtract';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    if (inputs.length !== 2) throw new ValueError(`${inputs.length} inputs given, expected two tensors`);
    return sub(inputs[0], inputs[1]);
  }
}

/** The product of its inputs. */
export class Multiply extends Merge {
  static override readonly className = 'Multiply';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(mul, inputs);
  }
}

/** The mean of its inputs. */
export class Average extends Merge {
  static override readonly className = 'Average';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return mul(folded(add, inputs), 1 / inputs.length);
  }
}

/** The largest of its inputs, value by value. */
export class Maximum extends Merge {
  static override readonly className = 'Maximum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(maximum, inputs);
  }
}

/** The smallest of its inputs, value by value. */
export class Minimum extends Merge {
  static override readonly className = 'Minimum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return folded(minimum, inputs);
  }
}
