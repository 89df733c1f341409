import { expect, test } from 'vitest';
import { toGrayscale } from '../../src/images/grayscale.js';

/* Image.convert('L') of Pillow 12.3. */

test("toGrayscale gives Pillow's bytes", () => {
  const data = Uint8Array.of(
    255,
    0,
    0,
    0,
    255,
    0,
    0,
    0,
    255,
    255,
    255,
    255,
    1,
    2,
    3,
    200,
    100,
    50,
    13,
    240,
    77,
    90,
    91,
    92,
  );
  expect(Array.from(toGrayscale({ data, width: 4, height: 2 }))).toEqual([76, 150, 29, 255, 2, 124, 154, 91]);
});
