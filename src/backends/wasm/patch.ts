/*
 * The variants of the kernels differ in a tenth of their code, so the package holds one of them and a patch that turns
 * it into the other. scripts/wasm-patch.ts writes patches. In them, after the size of the result, come for each piece:
 * the count of new bytes, these bytes, where in the base a copy starts (relative to the end of the copy before, zigzag)
 * and how long it is. Numbers are LEB128.
 */

/** Return the file that a patch makes of its base. */
export function applyPatch(base: Uint8Array, patch: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = patch[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const result = new Uint8Array(readNumber());
  let written = 0;
  let from = 0;
  while (at < patch.length) {
    const added = readNumber();
    result.set(patch.subarray(at, at + added), written);
    at += added;
    written += added;
    const step = readNumber();
    from += step & 1 ? -(step + 1) / 2 : step / 2;
    const copied = readNumber();
    result.set(base.subarray(from, from + copied), written);
    written += copied;
    from += copied;
  }
  return result;
}
