import { copyFloats } from './copy';

/**
 * A row of `period` elements over and over, `bytes` long, in `scratch`; the row itself where it is long enough.
 * `bytes` is a multiple of the row's length and of 16, so that vectors meet the same elements in every repetition.
 */
export function repeated(row: usize, period: u32, bytes: usize, scratch: usize): usize {
  const rowBytes = <usize>period << 2;
  if (rowBytes == bytes) return row;
  for (let at: usize = 0; at < bytes; at += rowBytes) copyFloats(scratch + at, row, rowBytes);
  return scratch;
}
