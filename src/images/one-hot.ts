import type { NdArray } from 'ndarray';
import { ValueError } from '../base/errors.js';
import { integer } from '../base/option.js';
import { arrayView } from '../tensor/array-view.js';
import { LABELS } from './arguments.js';

/**
 * Return one-hot rows of class numbers.
 * @param labels [count]
 * @param classes the number of columns; default the largest label plus one
 * @returns [count, classes] of zeros with a one at the label
 * @throws ValueError when labels are no ndarray, a label is not an integer from 0 to `classes` − 1, or `classes` is not
 * an integer ≥ 0
 * @example const y = toCategorical(train.labels, 10)
 */
export function toCategorical(labels: NdArray<Int32Array>, classes?: number): NdArray<Float32Array> {
  LABELS.check('toCategorical', 'labels', labels);
  const [count] = labels.shape;
  let largest = -1;
  for (let i = 0; i < count; i++) largest = Math.max(largest, labels.get(i));
  const columns = classes ?? largest + 1;
  integer({ min: 0 }).check('toCategorical', 'classes', columns);
  const rows = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const label = labels.get(i);
    if (!(Number.isInteger(label) && label >= 0 && label < columns)) {
      throw new ValueError(`toCategorical: label ${i} is ${label}, expected 0 to ${columns - 1}`);
    }
    rows[i * columns + label] = 1;
  }
  return arrayView(rows, [count, columns]);
}
