import { encodeText } from '../../base/utf8.js';
import type { Hdf5Group } from '../hdf5/read.js';
import type { Hdf5GroupWriter } from '../hdf5/write.js';

/** Keras's limit for an attribute of an HDF5 object, in bytes. */
const LARGEST_ATTRIBUTE = 64512;

/**
 * Read a list of strings under a name, or in pieces under `name0`, `name1`, … if it is too long for one attribute; null
 * if there is none.
 */
export function readTexts(group: Hdf5Group, name: string): string[] | null {
  const whole = group.attribute(name);
  if (whole !== null) return asTexts(whole);
  const texts: string[] = [];
  for (let piece = 0; ; piece++) {
    const value = group.attribute(`${name}${piece}`);
    if (value === null) return piece === 0 ? null : texts;
    texts.push(...asTexts(value));
  }
}

/** An empty list is one of numbers in Keras's files. */
const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

/** Write a list of strings, in as many pieces as needed. */
export function writeTexts(group: Hdf5GroupWriter, name: string, texts: readonly string[]): void {
  const longest = Math.max(0, ...texts.map((text) => encodeText(text).length));
  const pieces = Math.ceil((longest * texts.length) / LARGEST_ATTRIBUTE);
  if (pieces <= 1) {
    group.texts(name, texts, 'bytes');
    return;
  }
  // As numpy's array_split: the first pieces are longer by one.
  const [size, longer] = [Math.floor(texts.length / pieces), texts.length % pieces];
  for (let piece = 0, start = 0; piece < pieces; piece++) {
    const end = start + size + (piece < longer ? 1 : 0);
    group.texts(`${name}${piece}`, texts.slice(start, end), 'bytes');
    start = end;
  }
}
