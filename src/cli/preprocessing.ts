import { InvalidArgumentError, Option } from 'commander';
import { PREPROCESSINGS, type Preprocessing } from '../images/preprocess.js';

const FORMS = `${PREPROCESSINGS.join(', ')} or mean:r,g,b/std:r,g,b`;

/** The `--preprocess` option: the preprocessing used in the training of the model. */
export const preprocessOption = (): Option =>
  new Option('--preprocess <how>', FORMS).argParser(parsePreprocessing).default('unit');

/**
 * Parse a name, or `mean:r,g,b/std:r,g,b` with an optional second part.
 * @throws InvalidArgumentError, which commander prints
 */
export function parsePreprocessing(text: string): Preprocessing {
  const name = PREPROCESSINGS.find((each) => each === text);
  if (name) return name;
  const numbers = /^mean:([^/]+?)(?:\/std:(.+))?$/.exec(text);
  const [mean, std] = [numbers?.[1], numbers?.[2] ?? '1'].map((list) => list?.split(',').map(numberIn) ?? [Number.NaN]);
  if (![...mean, ...std].every(Number.isFinite) || std.some((value) => value <= 0)) {
    throw new InvalidArgumentError(`expected ${FORMS}`);
  }
  return { mean, std };
}

/** Rejects empty strings, which `Number` converts to 0. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
