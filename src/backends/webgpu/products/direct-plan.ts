import { type Layout, type ProductSizes, splitsOf } from './layout.js';

/** Multiply-adds that take a device of 10 TFLOP/s a microsecond, which is less than it takes to start a kernel. */
const FEW = 2 ** 22;

/** Multiply-adds that take it three microseconds. */
const NOT_MANY = 2 ** 24;

/** Rows of the result that a thread makes. */
export const ROWS = 4;

/** Threads that keep a device busy while they wait for memory: 32 cores of 256 threads. */
const ENOUGH_THREADS = 8192;

/** A thread reads this many steps along k, one after another, before a second kernel for partial sums pays. */
const LONG_K = 256;

const LEAST_SPLIT = 64;

/**
 * Whether threads make the result without tiles: where a tile would stay at least half empty, and where there is so
 * little to multiply that the rounds of a tile (fetch, wait, multiply, wait) are all that a kernel takes.
 */
export function isDirect({ m, n, k, entries }: ProductSizes): boolean {
  const narrow = Math.min(m, n);
  const products = m * n * k * entries;
  return narrow <= 8 || products < FEW || (narrow <= 16 && products < NOT_MANY);
}

export interface DirectPlan extends Layout {
  readonly columns: 4 | 8;
}

/** Choose the columns of a thread, and how k is split where there are few threads. */
export function directPlan({ m, n, k, entries }: ProductSizes): DirectPlan {
  const columns = n > 4 ? 8 : 4;
  const [tileRows, tileColumns] = [Math.ceil(m / ROWS), Math.ceil(n / columns)];
  const threads = tileRows * tileColumns * entries;
  const wanted = threads < ENOUGH_THREADS / 2 && k >= LONG_K ? Math.ceil(ENOUGH_THREADS / threads) : 1;
  return { columns, tileRows, tileColumns, ...splitsOf(k, wanted, LEAST_SPLIT, 1) };
}
