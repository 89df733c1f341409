import { InvalidArgumentError } from 'commander';

/** Return a parser for count options; commander names the option in its message. */
export function integerOption(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected an integer ≥ ${least}`);
    return value;
  };
}
