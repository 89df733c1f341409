import { type Tensor, upload } from '../tensor/tensor.js';
import { equal, greater, logicalAnd, where } from './comparison.js';
import { fill, range } from './creation.js';
import { any } from './reductions.js';
import { reshape } from './reshape.js';

/**
 * Row numbers with −1 in place of those that come again later, so that of several writers the last one counts.
 * @param rows int32 [count]
 */
export function lastOfEach(rows: Tensor): Tensor {
  const { storage, size } = rows;
  const values = storage.backend.view?.(storage.buffer, 'int32', size);
  if (values) {
    const last = new Map(Array.from(values, (row, i) => [row, i]));
    return upload(
      Int32Array.from(values, (row, i) => (last.get(row) === i ? row : -1)),
      [size],
      'int32',
    );
  }
  // The host does not see the values: each is compared with all others on the device.
  const order = range(0, size, 1, 'int32');
  const isLater = greater(reshape(order, [1, size]), reshape(order, [size, 1]));
  const isSame = equal(reshape(rows, [1, size]), reshape(rows, [size, 1]));
  return where(any(logicalAnd(isLater, isSame), 1), fill([], -1, 'int32'), rows);
}
