import { InvalidArgumentError } from 'commander';

/** Return a parser of options that count something; commander names the option in what it prints. */
export function integerOption(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected an integer ≥ ${least}`);
    return value;
  };
}
