import { expect, test } from 'vitest';
import type { Component, Frame } from '../../src/images/jpeg/frame.js';
import { PlaneRows } from '../../src/images/jpeg/upsample.js';

/*
 * Planes of half the height alone, which Pillow does not write: three parts of a row to one of its
 * neighbour, computed in the test.
 */

test('rows between rows', () => {
  const samples = Uint8Array.of(0, 100, 40, 200);
  const plane = { across: 1, down: 1, width: 2, height: 2, stride: 2, samples } as Partial<Component> as Component;
  const rows = new PlaneRows(plane, { maxAcross: 1, maxDown: 2 } as Frame);
  const found = [0, 1, 2, 3].map((y) => Array.from(rows.at(y)));
  expect(found).toEqual([
    [(3 * 0 + 0 + 1) >> 2, (3 * 100 + 100 + 1) >> 2],
    [(3 * 0 + 40 + 2) >> 2, (3 * 100 + 200 + 2) >> 2],
    [(3 * 40 + 0 + 1) >> 2, (3 * 200 + 100 + 1) >> 2],
    [(3 * 40 + 40 + 2) >> 2, (3 * 200 + 200 + 2) >> 2],
  ]);
});
