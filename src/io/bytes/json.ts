import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from './cursor.js';

export type JsonObject = { readonly [key: string]: unknown };

/** Deeper than the nesting of any model, and shallow enough for the stack. */
const MAX_DEPTH = 200;

/**
 * Parse JSON from a file.
 * @param place name of the part within the file
 * @throws FormatError when it is not JSON, or nested too deeply
 */
export function parseJson(text: string, file: Pick<NamedBytes, 'name'>, place: string): unknown {
  const deepest = nesting(text);
  if (deepest > MAX_DEPTH) {
    throw new FormatError(`${file.name}: ${place}: nested ${deepest} deep, expected at most ${MAX_DEPTH}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message may contain the whole text.
    throw new FormatError(`${file.name}: ${place}: not JSON (${cut((error as Error).message)})`, { cause: error });
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Array.from('"\\[]{}', (character) =>
  character.charCodeAt(0),
);

/** Nesting depth of brackets outside strings, found in one pass for any text. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return deepest;
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

/** Format a value for messages, shortened to a line. */
export const show = (value: unknown): string => cut(JSON.stringify(value) ?? String(value));

/** The beginning of a text. */
export const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
