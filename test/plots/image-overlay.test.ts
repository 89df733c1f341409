import { expect, test } from 'vitest';
import { imageOverlay } from '../../src/plots/charts/image-overlay.js';
import { arrayView } from '../../src/tensor/array-view.js';

const images = arrayView(
  Uint8Array.from({ length: 2 * 3 * 4 * 3 }, (_, i) => i),
  [2, 3, 4, 3],
);
const maps = Float32Array.from({ length: 24 }, (_, i) => i / 23);

test('draws each picture with its map as a mask over the colours, and escapes titles', () => {
  const svg = imageOverlay({ images, maps, titles: ['<a>', 'b'] });
  expect(svg.match(/<image /g)).toHaveLength(6);
  expect(svg.match(/<mask id="map-\d"/g)).toEqual(['<mask id="map-0"', '<mask id="map-1"']);
  expect(svg).toContain('&lt;a&gt;');
  expect(svg).toBe(imageOverlay({ images, maps, titles: ['<a>', 'b'] }));
});

test('draws images without maps', () => {
  expect(imageOverlay({ images, maps: null, titles: ['a', 'b'] }).match(/<image /g)).toHaveLength(2);
});

test('refuses maps and titles that do not fit, and unknown options', () => {
  expect(() => imageOverlay({ images, maps: maps.subarray(1), titles: ['a', 'b'] })).toThrow(
    'imageOverlay: images are [2,3,4,3] with 23 values of maps and 2 titles, expected [2,3,4] and 2',
  );
  expect(() => imageOverlay({ images, maps, titles: ['a'] })).toThrow('1 titles');
  expect(() => imageOverlay({ images, maps, titles: ['a', 'b'] }, { opacty: 1 } as never)).toThrow(
    "did you mean 'opacity'",
  );
});
