/** Shortest run of bytes that is copied from the base; shorter ones cost more to name than to repeat. */
const SHORTEST_COPY = 8;

/** Return the patch that turns one file into another; `src/backends/wasm/patch.ts` applies it and states its format. */
export function makePatch(base: Buffer, target: Buffer): Buffer {
  const places = placesOf(base);
  const patch: number[] = [];
  writeNumber(patch, target.length);
  let added: number[] = [];
  let end = 0;
  const copy = (from: number, length: number): void => {
    writeNumber(patch, added.length);
    patch.push(...added);
    added = [];
    const step = from - end;
    writeNumber(patch, step < 0 ? -2 * step - 1 : 2 * step);
    writeNumber(patch, length);
    end = from + length;
  };
  for (let at = 0; at < target.length; ) {
    const { from, length } = longestCopy(base, places.get(keyOf(target, at)) ?? [], target, at, end);
    if (length === 0) added.push(target[at++]);
    else copy(from, length);
    at += length;
  }
  if (added.length > 0) copy(end, 0);
  return Buffer.from(patch);
}

const keyOf = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + SHORTEST_COPY);

/** Where in a file each run of `SHORTEST_COPY` bytes starts. */
function placesOf(bytes: Buffer): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let at = 0; at + SHORTEST_COPY <= bytes.length; at++) {
    const key = keyOf(bytes, at);
    const found = places.get(key);
    if (found) found.push(at);
    else places.set(key, [at]);
  }
  return places;
}

/** Return the longest run that the target has from `at` on; of equally long ones, the nearest to the last copy. */
function longestCopy(base: Buffer, places: readonly number[], target: Buffer, at: number, end: number) {
  let best = { from: 0, length: 0 };
  for (const from of places) {
    let length = SHORTEST_COPY;
    while (from + length < base.length && at + length < target.length && base[from + length] === target[at + length]) {
      length++;
    }
    const isNearer = Math.abs(from - end) < Math.abs(best.from - end);
    if (length > best.length || (length === best.length && isNearer)) best = { from, length };
  }
  return best;
}

function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
}
