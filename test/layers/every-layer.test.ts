import { describe, expect, test } from 'vitest';
import type { Layer } from '../../src/layers/base/layer.js';
import { LAYER_CLASSES } from '../../src/layers/catalog.js';
import { checkLayer } from './check-layer.js';
import { rows } from './rows.js';

/** A call in training changes its kernel, where finite differences need it as it is: attention-pooling.test.ts. */
const ELSEWHERE = ['SpectralNormalization'];

describe('every layer', () => {
  test.each(rows)('%s', (_, make, expectation) => checkLayer(make, expectation));

  test('no class is left out', () => {
    const namesIn = (layer: Layer): string[] => [layer.className, ...layer.sublayers.flatMap(namesIn)];
    const checked = new Set([...ELSEWHERE, ...rows.flatMap(([, make]) => namesIn(make({ dtype: 'float32' })))]);
    expect(LAYER_CLASSES.map(({ className }) => className).filter((name) => !checked.has(name))).toEqual([]);
  });
});
