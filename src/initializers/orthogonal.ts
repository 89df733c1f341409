import { ShapeError } from '../base/errors.js';
import { factoryOf } from '../base/factory.js';
import { number } from '../base/options.js';
import { formatShape, sizeOf } from '../base/shape.js';
import { normalValues } from '../tensor/random.js';
import { upload } from '../tensor/tensor.js';
import type { Initializer } from './initializer.js';
import { seedOption } from './random.js';

/**
 * Make the rows of a [count, length] matrix orthonormal, in place, each against those before it.
 * A second pass over the same rows removes rounding errors (Kahan's "twice is enough").
 */
function orthonormalizeRows(rows: Float64Array[]): void {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i], 0);
  for (const [index, row] of rows.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of rows.slice(0, index)) {
        const overlap = dot(row, earlier);
        for (let i = 0; i < row.length; i++) row[i] -= overlap * earlier[i];
      }
    }
    const norm = Math.sqrt(dot(row, row));
    for (let i = 0; i < row.length; i++) row[i] /= norm;
  }
}

/**
 * A random matrix with orthonormal columns, or rows where there are fewer; all axes but the last count as one.
 * @throws ValueError @throws ShapeError when the weight has fewer than two axes
 * @see Saxe, McClelland and Ganguli, arXiv:1312.6120
 * @example layers.dense({ units: 10, kernelInitializer: initializers.orthogonal({ seed: 1 }) })
 */
export const orthogonal = /* @__PURE__ */ factoryOf<Initializer>()({
  className: 'Orthogonal',
  options: {
    /** Multiplies the matrix; default 1. */
    gain: number().default(1),
    /** Default one drawn from the stream of `setSeed` for each weight. */
    seed: seedOption(),
  },
  alone: 'gain',
  apply: ({ gain, seed }, shape, dtype = 'float32', weightSeed) => {
    if (shape.length < 2) {
      throw new ShapeError(`Orthogonal: the weight is ${formatShape(shape)}, expected two axes or more`);
    }
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape.slice(0, -1));
    const length = Math.max(rows, columns);
    const count = Math.min(rows, columns);
    const normal = normalValues(rows * columns, seed ?? weightSeed);
    const vectors = Array.from({ length: count }, (_, i) => normal.slice(i * length, (i + 1) * length));
    orthonormalizeRows(vectors);
    const values = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = rows < columns ? vectors[row][column] : vectors[column][row];
        values[row * columns + column] = gain * value;
      }
    }
    return upload(values, [...shape], dtype);
  },
});
