import { copyFloats } from './copy';

/** Fields of an elementwise kernel of two operands that broadcast; `runBroadcast` of broadcast.ts writes them. */
@unmanaged
export class Broadcast {
  a: usize;
  b: usize;
  out: usize;
  size: u32;
  /** A `BinaryNumber` or `ComparisonNumber`. */
  fn: i32;
  /** Elements after which a or b starts again; 0: never. At most one of the two repeats. */
  periodA: u32;
  periodB: u32;
  /** Elements of one pass: repetitions of the period, in whole vectors. */
  block: u32;
  perChunk: u32;
}

/**
 * Repeat a row of `period` elements to `bytes` bytes in `scratch`; return the row itself if it is long enough.
 * `bytes` is a multiple of the row's length and of 16, so that vectors have the same elements in every repetition.
 */
export function repeated(row: usize, period: u32, bytes: usize, scratch: usize): usize {
  const rowBytes = <usize>period << 2;
  if (rowBytes == bytes) return row;
  for (let at: usize = 0; at < bytes; at += rowBytes) copyFloats(scratch + at, row, rowBytes);
  return scratch;
}
