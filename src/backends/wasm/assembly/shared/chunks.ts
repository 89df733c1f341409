/** Elements of one chunk of an elementwise kernel; `ELEMENTS_PER_CHUNK` of runtime.ts is the same number. */
const CHUNK_SHIFT: u32 = 14;

/** First element of a chunk. */
export function elementsBegin(firstChunk: i32): usize {
  return <usize>firstChunk << CHUNK_SHIFT;
}

/** One past the last element before `lastChunk`. */
export function elementsEnd(lastChunk: i32, size: u32): usize {
  return min(<usize>lastChunk << CHUNK_SHIFT, <usize>size);
}
