import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { didYouMean, nearestName } from '../../src/base/names.js';
import { assertOptionNames, positiveInteger, string } from '../../src/base/options.js';

describe('nearestName', () => {
  const known = ['adam', 'adamw', 'sgd', 'categoricalCrossentropy', 'sparseCategoricalCrossentropy'];

  test.each([
    ['adma', 'adam'],
    ['adan', 'adam'],
    ['Adam_W', 'adamw'],
    ['sdg', 'sgd'],
    ['categorial_crossentropy', 'categoricalCrossentropy'],
    ['sparse_categorical_crossentopy', 'sparseCategoricalCrossentropy'],
  ])('%s is like %s', (given, expected) => {
    expect(nearestName(given, known)).toBe(expected);
  });

  test.each(['', '_', 'lion', 'x'.repeat(1e6)])('has no suggestion without a similar name', (given) => {
    expect(nearestName(given, known)).toBeNull();
    expect(didYouMean(given, known)).toBe('');
  });
});

describe('assertOptionNames', () => {
  const table = { units: positiveInteger(), activation: string() };
  const check = (options: unknown) => () => assertOptionNames('dense', table, options);

  test('accepts known options, and options that are not given', () => {
    expect(check({ units: 3, activaton: undefined, colour: null })).not.toThrow();
  });

  test.each([
    [{ activaton: 'relu' }, "dense: there is no option activaton; did you mean 'activation'?"],
    [{ colour: 1 }, 'dense: there is no option colour, expected units, activation'],
    [10, 'dense: options are 10, expected an object of units, activation'],
    [[28, 28], 'dense: options are [28,28], expected an object of units, activation'],
    [null, 'dense: options are null, expected an object of units, activation'],
  ])('refuses %j', (options, message) => {
    expect(check(options)).toThrow(new ValueError(message));
  });
});
