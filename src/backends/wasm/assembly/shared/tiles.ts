/** Elements of one tile of an elementwise kernel; `ELEMENTS_PER_TILE` of runtime.ts is the same number. */
const TILE_SHIFT: u32 = 14;

/** First element of a tile. */
export function elementsBegin(firstTile: i32): usize {
  return <usize>firstTile << TILE_SHIFT;
}

/** One past the last element before `lastTile`. */
export function elementsEnd(lastTile: i32, size: u32): usize {
  return min(<usize>lastTile << TILE_SHIFT, <usize>size);
}
