import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { finishRow } from './epilogue.js';
import { addScaled } from './rows.js';

/** A [columns, rows] matrix laid out as [rows, columns], so that the product has one inner loop, along rows of b. */
function transposed(matrix: TypedArray, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[i * columns + j] = matrix[j * rows + i];
  return result;
}

export const matMul: Pick<Kernels<TypedArray>, 'matMul'> = {
  matMul(a, b, out, { batch, m, k, n, transposeA, transposeB, batchA, batchB }, epilogue) {
    const sums = new Float64Array(n);
    for (let entry = 0; entry < batch; entry++) {
      const left = a.buffer.subarray(batchA[entry] * m * k, (batchA[entry] + 1) * m * k);
      const given = b.buffer.subarray(batchB[entry] * k * n, (batchB[entry] + 1) * k * n);
      const right = transposeB ? transposed(given, k, n) : given;
      for (let i = 0; i < m; i++) {
        sums.fill(0);
        for (let inner = 0; inner < k; inner++) {
          const value = transposeA ? left[inner * m + i] : left[i * k + inner];
          addScaled(sums, 0, value, right, inner * n, n);
        }
        finishRow(sums, epilogue);
        out.buffer.set(sums, (entry * m + i) * n);
      }
    }
  },
};
