import { describe, expect, test } from 'vitest';
import { LAYER_CLASSES } from '../../src/layers/catalog.js';
import { checkLayer } from './check-layer.js';
import { rows } from './rows.js';

describe('every layer', () => {
  test.each(rows)('%s', (_, make, expectation) => checkLayer(make, expectation));

  test('no class is left out', () => {
    const checked = new Set(rows.map(([, make]) => make({ dtype: 'float32' }).className));
    expect(LAYER_CLASSES.map(({ className }) => className).filter((name) => !checked.has(name))).toEqual([]);
  });
});
