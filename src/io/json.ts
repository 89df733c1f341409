import { FormatError } from '../base/errors.js';
import type { NamedBytes } from './cursor.js';

export type JsonObject = { readonly [key: string]: unknown };

/** Deeper than any model nests, and shallow enough for the stack. */
const MAX_DEPTH = 200;

/**
 * JSON from a file.
 * @param place what names it within the file
 * @throws FormatError when it is no JSON, or nested too deep
 */
export function parseJson(text: string, file: Pick<NamedBytes, 'name'>, place: string): unknown {
  let depth = 0;
  let deepest = 0;
  // Without the texts, whose brackets nest nothing.
  for (const character of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  if (deepest > MAX_DEPTH)
    throw new FormatError(`${file.name}: ${place}: nested ${deepest} deep, expected ${MAX_DEPTH}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${file.name}: ${place}: not JSON (${(error as Error).message})`, { cause: error });
  }
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws FormatError when the value is not an object */
export function asObject(value: unknown, caller: string): JsonObject {
  if (!isObject(value)) throw new FormatError(`${caller}: found ${show(value)}, expected an object`);
  return value;
}

/** @throws FormatError when the value is not a list */
export function asArray(value: unknown, caller: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FormatError(`${caller}: found ${show(value)}, expected a list`);
  return value;
}

/** @throws FormatError when the value is not a text */
export function asString(value: unknown, caller: string): string {
  if (typeof value !== 'string') throw new FormatError(`${caller}: found ${show(value)}, expected a text`);
  return value;
}

/** A value as messages show it, cut to a line. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
