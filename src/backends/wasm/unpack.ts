import unpacker from './generated/unpacker.js';
import { PAGE_BYTES } from './memory/layout.js';

interface Unpacker {
  readonly memory: WebAssembly.Memory;
  textAddress(): number;
  unpack(textLength: number, size: number): number;
}

/**
 * Unpack what `scripts/pack.ts` packed, by a module of 700 bytes: JavaScript takes ten times as long until it is
 * optimized.
 * @param start first byte that is returned @param end byte behind the last one
 * @param compile compiles a module
 */
export function unpack(
  packed: string,
  [start, end]: readonly [start: number, end: number],
  compile: (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
): Uint8Array<ArrayBuffer> {
  const module = compile(Uint8Array.from(atob(unpacker), (character) => character.charCodeAt(0)));
  const { memory, textAddress, unpack } = new WebAssembly.Instance(module).exports as unknown as Unpacker;
  const address = textAddress();
  memory.grow(Math.ceil((address + packed.length + end) / PAGE_BYTES));
  const text = new Uint8Array(memory.buffer, address, packed.length);
  for (let i = 0; i < text.length; i++) text[i] = packed.charCodeAt(i);
  const result = unpack(packed.length, end);
  return new Uint8Array(memory.buffer.slice(result + start, result + end) as ArrayBuffer);
}
