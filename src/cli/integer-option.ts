import { InvalidArgumentError } from 'commander';

/** Reads an option that counts something; commander names the option in what it prints. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected an integer ≥ ${least}`);
    return value;
  };
}
