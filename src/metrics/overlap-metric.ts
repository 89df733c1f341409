import { ShapeError, ValueError } from '../base/errors.js';
import { configOf, type Given, type Options, type OptionTable, readOptions } from '../base/options.js';
import { formatShape, sameShape } from '../base/shape.js';
import { weightsLike, withRankOf } from '../losses/align-labels.js';
import { add, mul } from '../ops/arithmetic.js';
import { bincount } from '../ops/bincount.js';
import { cast } from '../ops/cast.js';
import { greaterEqual, less, logicalAnd, logicalNot, notEqual, where } from '../ops/comparison.js';
import { onesLike } from '../ops/creation.js';
import { argMax } from '../ops/reductions.js';
import { reshape } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { ratio } from './confusion-metric.js';
import { type Contribution, Metric } from './metric.js';

export interface OverlapForm {
  readonly numClasses: number;
  /** Default all. */
  readonly targetClassIds?: readonly number[];
  readonly ignoreClass?: number | null;
  /** Whether labels, and predictions, are class numbers; otherwise the largest along `axis` decides. */
  readonly sparseYTrue: boolean;
  readonly sparseYPred: boolean;
  readonly axis: number;
}

/**
 * Counts of true by predicted classes, and what they overlap: TP / (TP + FP + FN), averaged over classes that occur.
 */
export abstract class OverlapMetric<Table extends OptionTable> extends Metric {
  override readonly direction = 'max';
  protected readonly options: Options<Table>;
  private readonly form: OverlapForm;
  /** [true class][predicted class], flat */
  private matrix: Float64Array;

  constructor(
    caller: string,
    private readonly table: Table,
    given: unknown,
    formOf: (options: Options<Table>) => OverlapForm,
  ) {
    const options = readOptions(caller, table, given as Given<Table>);
    super((options as { name: string }).name);
    this.options = options;
    this.form = formOf(options);
    const { numClasses, targetClassIds = [] } = this.form;
    const wrong = targetClassIds.find((id) => id >= numClasses);
    if (wrong !== undefined) {
      throw new ValueError(`${caller}: targetClassIds has ${wrong}, expected classes 0 to ${numClasses - 1}`);
    }
    this.matrix = new Float64Array(numClasses ** 2);
  }

  private classesOf(x: Tensor, isSparse: boolean): Tensor {
    return isSparse ? cast(x, 'int32') : argMax(x, this.form.axis);
  }

  protected predictedClasses(yPred: Tensor, isSparse: boolean): Tensor {
    return this.classesOf(yPred, isSparse);
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    const { numClasses, ignoreClass = null, sparseYTrue, sparseYPred } = this.form;
    return tidy(() => {
      const predicted = this.predictedClasses(yPred, sparseYPred);
      const actual = this.aligned(this.classesOf(yTrue, sparseYTrue), predicted);
      const isClass = (x: Tensor) => logicalAnd(greaterEqual(x, 0), less(x, numClasses));
      const counts = ignoreClass === null ? onesLike(predicted) : cast(notEqual(actual, ignoreClass), 'int32');
      // One more cell for labels that are not classes, which are refused when the numbers are on the host.
      const isStray = logicalAnd(notEqual(counts, 0), logicalNot(logicalAnd(isClass(actual), isClass(predicted))));
      const cells = where(notEqual(counts, 0), add(mul(actual, numClasses), predicted), 0);
      const counted = cast(counts, 'float32');
      const weights = sampleWeight ? mul(counted, weightsLike(counted, sampleWeight)) : counted;
      const flat = (x: Tensor) => reshape(x, [x.size]);
      const places = flat(where(isStray, numClasses ** 2, cells));
      return {
        sums: bincount(cast(places, 'int32'), flat(where(isStray, 1, weights)), numClasses ** 2 + 1),
        count: yPred.size,
      };
    });
  }

  /** Labels in the shape of the predicted classes. @throws ShapeError */
  private aligned(labels: Tensor, predicted: Tensor): Tensor {
    const aligned = withRankOf(predicted, labels);
    if (sameShape(aligned.shape, predicted.shape)) return aligned;
    const [given, expected] = [labels, predicted].map(({ shape }) => formatShape(shape));
    throw new ShapeError(`${this.name}: classes of yTrue are ${given}, expected ${expected}, as of yPred`);
  }

  override add(sums: ArrayLike<number>): void {
    const { numClasses } = this.form;
    if (sums[numClasses ** 2] > 0) {
      throw new ValueError(
        `${this.name}: ${sums[numClasses ** 2]} labels or predictions are no class, expected 0 to ${numClasses - 1}`,
      );
    }
    for (let i = 0; i < this.matrix.length; i++) this.matrix[i] += sums[i];
  }

  override result(): number {
    const { numClasses, targetClassIds } = this.form;
    const classes = targetClassIds ?? Array.from({ length: numClasses }, (_, i) => i);
    let total = 0;
    let occurring = 0;
    for (const id of classes) {
      let [row, column] = [0, 0];
      for (let other = 0; other < numClasses; other++) {
        row += this.matrix[id * numClasses + other];
        column += this.matrix[other * numClasses + id];
      }
      const overlap = this.matrix[id * numClasses + id];
      const union = row + column - overlap;
      if (union <= 1e-9) continue;
      occurring++;
      total += overlap / union;
    }
    return ratio(total, occurring);
  }

  override resetState(): void {
    this.matrix = new Float64Array(this.form.numClasses ** 2);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(this.table, this.options);
  }
}
