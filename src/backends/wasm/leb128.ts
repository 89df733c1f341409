/** Encode an unsigned integer in LEB128, the form in which a WebAssembly module holds numbers. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
