import { ShapeError, ValueError } from '../../base/errors.js';
import { boolean, integer, pairOf } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { div, maximum } from '../../ops/arithmetic.js';
import { sum } from '../../ops/broadcast.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import { transpose } from '../../ops/transpose.js';
import { sqrt, square } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axisOf } from '../base/input-checks.js';
import { asList, Layer, type OneOrMany } from '../base/layer.js';

const OPTIONS = {
  /** The axis of the sum, one for both inputs or one for each. */
  axes: pairOf(integer(), 'one or two integers'),
  /** Whether to normalize the inputs to norm 1 along their axis first, for a cosine; default false. */
  normalize: boolean().default(false),
};

/** Prevents division by zero when a row of zeros is normalized. */
const SMALLEST_NORM = 1e-12;

/**
 * Products of two inputs, summed along one axis of each, example by example.
 * Inputs [batch, ...] of rank 2 or more, output [batch, other axes of the first, other axes of the second];
 * [batch, 1] if there are no other axes.
 */
export class Dot extends Layer<typeof OPTIONS> {
  static override readonly className = 'Dot';
  static override readonly options = OPTIONS;

  protected override get takesFloats(): boolean {
    return true;
  }

  override call(inputs: OneOrMany<Tensor>): Tensor {
    const list = asList(inputs);
    if (list.length !== 2) throw new ValueError(`${list.length} input(s) given, expected a list of two tensors`);
    const [a, b] = list;
    const [axisA, axisB] = this.options.axes;
    const left = this.arrange(a, axisA);
    const right = this.arrange(b, axisB);
    if (left.matrix.shape[2] !== right.matrix.shape[2]) {
      throw new ShapeError(
        `the inputs are ${formatShape(a.shape)} and ${formatShape(b.shape)}, ` +
          `expected equal sizes along axes [${axisA},${axisB}]`,
      );
    }
    const product = matMul(left.matrix, right.matrix, false, true);
    const rest = [...left.rest, ...right.rest];
    return reshape(product, [a.shape[0], ...(rest.length ? rest : [1])]);
  }

  /** [batch, everything else, the summed axis] */
  private arrange(x: Tensor, axis: number): { matrix: Tensor; rest: number[] } {
    if (x.rank < 2) throw new ShapeError(`an input is ${formatShape(x.shape)}, expected rank 2 or more`);
    const place = axisOf(this.describe(), axis, x.rank);
    if (place === 0) throw new ValueError(`${this.describe()}: axes names the batch, expected another axis`);
    const others = x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== place);
    const rest = others.map((i) => x.shape[i]);
    const moved = place === x.rank - 1 ? x : transpose(x, [0, ...others, place]);
    const flat = reshape(moved, [x.shape[0], rest.reduce((a, b) => a * b, 1), x.shape[place]]);
    if (!this.options.normalize) return { matrix: flat, rest };
    return { matrix: div(flat, sqrt(maximum(sum(square(flat), -1, true), SMALLEST_NORM))), rest };
  }
}
