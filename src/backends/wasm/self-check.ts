import { packMatrices } from './products/pack.js';
import { rowsProduct } from './products/rows-product.js';
import type { Runtime } from './runtime.js';

const ROWS = 25;
const DEPTH = 70;
const COLUMNS = 44;

/** V8 compiles a function anew, with the pass under test, only after it was busy for a while. */
const MILLISECONDS = 60;

/** Whether a small product equals its scalar form: an experimental compiler pass is taken only if it does. */
export function multipliesRightly(runtime: Runtime): boolean {
  const { heap } = runtime;
  let isRight = true;
  runtime.scope(() => {
    const a = runtime.temporary(ROWS * DEPTH * 4);
    const b = runtime.temporary(DEPTH * COLUMNS * 4);
    const c = runtime.temporary(ROWS * COLUMNS * 4);
    const floats = heap.float32;
    // Small integers: every order of summation gives the same float32.
    for (let i = 0; i < ROWS * DEPTH; i++) floats[a / 4 + i] = ((i * 7) % 13) - 6;
    for (let i = 0; i < DEPTH * COLUMNS; i++) floats[b / 4 + i] = ((i * 5) % 11) - 5;
    const right = packMatrices(runtime, { source: b, batch: 1, depth: DEPTH, columns: COLUMNS, isTransposed: false });
    const product = {
      batches: [{ a, b: right.address, c, bias: 0 }],
      grid: { images: 1, height: 1, width: ROWS },
      a: { image: 0, line: 0, place: DEPTH * 4 },
      c: { image: 0, line: 0, place: COLUMNS * 4 },
      columns: COLUMNS,
      segments: [{ offset: 0, length: DEPTH }],
      right,
      low: -Infinity,
      high: Infinity,
    };
    const end = performance.now() + MILLISECONDS;
    while (isRight && performance.now() < end) {
      rowsProduct(runtime, product);
      isRight = equalsScalar(floats, a / 4, b / 4, c / 4);
    }
  });
  return isRight;
}

function equalsScalar(floats: Float32Array, a: number, b: number, c: number): boolean {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let sum = 0;
      for (let k = 0; k < DEPTH; k++) sum += floats[a + row * DEPTH + k] * floats[b + k * COLUMNS + column];
      if (floats[c + row * COLUMNS + column] !== sum) return false;
    }
  }
  return true;
}
