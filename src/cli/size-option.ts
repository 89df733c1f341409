import { InvalidArgumentError } from 'commander';
import { integerOption } from './integer-option.js';

/** Parse a height and width: `28`, or `28x14`. */
export function sizeOption(text: string): readonly [number, number] {
  const sides = text.split('x').map(integerOption(1));
  if (sides.length > 2) throw new InvalidArgumentError('expected one or two integers ≥ 1: 28, or 28x14');
  return [sides[0], sides[1] ?? sides[0]];
}
