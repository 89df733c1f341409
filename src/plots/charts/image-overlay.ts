import type { NdArray } from 'ndarray';
import { ShapeError } from '../../base/errors.js';
import { type Given, number, positiveInteger, readOptions } from '../../base/options.js';
import { objectOf } from '../../base/structures.js';
import { arrayView } from '../../tensor/array-view.js';
import { IMAGES, NAMES, NUMBERS } from './arguments.js';
import { type Images, imageUris } from './image-uri.js';
import { palette } from './palette.js';
import { element, PLOT_OPTIONS, shorten, svgDocument, text } from './svg.js';

const OVERLAY_OPTIONS = {
  ...PLOT_OPTIONS,
  /** Opacity of the strongest colour; default 0.7. */
  opacity: number({ min: 0, max: 1 }).default(0.7),
  /** Images per row; default 4. */
  columns: positiveInteger().default(4),
  /** Pixels of an image's longer side; default 220. */
  side: positiveInteger().default(220),
};

/** Options of `imageOverlay`. */
export type OverlayOptions = Given<typeof OVERLAY_OPTIONS>;

/** Images with a map and a caption each. */
export interface MappedImages {
  /** [count, height, width, 1 or 3]. */
  readonly images: Images;
  /** [count, height, width], each from 0 to 1; null draws only the images. */
  readonly maps: ArrayLike<number> | null;
  readonly titles: readonly string[];
}

const MAPPED = objectOf({ images: IMAGES, maps: NUMBERS.nullable(), titles: NAMES });

/** Colours from 0 to 1, from dark through red to light yellow: lightness increases throughout, also in greyscale. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [20, 11, 52],
  [101, 21, 110],
  [187, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

/** The colour of a value from 0 to 1. */
function colourOf(value: number): [number, number, number] {
  const place = Math.min(Math.max(value, 0), 1) * (STOPS.length - 1);
  const below = Math.min(Math.floor(place), STOPS.length - 2);
  const part = place - below;
  return [0, 1, 2].map((c) => Math.round(STOPS[below][c] * (1 - part) + STOPS[below + 1][c] * part)) as [
    number,
    number,
    number,
  ];
}

/**
 * Draw maps over the images that they explain: larger values are lighter and more opaque.
 * @param mapped maps as `gradCam` and `saliency` return them
 * @returns an SVG picture with the images inside
 * @throws ValueError when an option is unknown or wrong @throws ShapeError when images, maps and titles do not match
 * @example const svg = imageOverlay({ images, maps: interpret.gradCam(model, x).maps, titles: ['rose'] })
 */
export function imageOverlay(mapped: MappedImages, options: OverlayOptions = {}): string {
  const { theme, opacity, columns, side } = readOptions('imageOverlay', OVERLAY_OPTIONS, options);
  const { images, maps, titles } = MAPPED.check('imageOverlay', 'mapped', mapped);
  const [count, height, width] = images.shape;
  if ((maps && maps.length !== count * height * width) || titles.length !== count) {
    throw new ShapeError(
      `imageOverlay: images are [${images.shape}] with ${maps?.length ?? 0} values of maps and ${titles.length} ` +
        `titles, expected [${count},${height},${width}] and ${count}`,
    );
  }
  const scale = side / Math.max(height, width);
  const [wide, tall] = [width * scale, height * scale];
  const cell = { width: wide + 16, height: tall + 34 };
  const layers = [imageUris(images), ...(maps ? [imageUris(coloured(maps, count, height, width))] : [])];
  const masks = maps ? imageUris(grey(maps, count, height, width)) : [];
  const cells = titles.map((title, index) => {
    const box = { x: 8, y: 2, width: wide, height: tall };
    const style = width < side ? 'image-rendering:pixelated' : undefined;
    const picture = element('image', { ...box, href: layers[0][index], style });
    const transform = `translate(${(index % columns) * cell.width} ${Math.floor(index / columns) * cell.height})`;
    const label = text(shorten(title, 15, wide), {
      x: cell.width / 2,
      y: tall + 22,
      'text-anchor': 'middle',
      'font-size': 13,
      fill: palette(theme).ink,
    });
    return element('g', { transform }, picture + overlay(index, box) + label);
  });
  const label = `${count} images${maps ? ' with heat maps' : ''}: ${titles.join(', ')}`;
  const across = Math.max(1, Math.min(columns, count));
  return svgDocument(across * cell.width, Math.ceil(count / columns) * cell.height, label, cells.join(''), theme);

  /** The colours, with the map as a mask for their opacity. */
  function overlay(index: number, box: { x: number; y: number; width: number; height: number }): string {
    if (!maps) return '';
    const id = `map-${index}`;
    const mask = element(
      'mask',
      { id, maskUnits: 'userSpaceOnUse', ...box },
      element('image', { ...box, href: masks[index] }),
    );
    return mask + element('image', { ...box, href: layers[1][index], mask: `url(#${id})`, opacity });
  }
}

function coloured(maps: ArrayLike<number>, count: number, height: number, width: number): NdArray<Uint8Array> {
  const pixels = new Uint8Array(count * height * width * 3);
  for (let i = 0; i < maps.length; i++) pixels.set(colourOf(maps[i]), 3 * i);
  return arrayView(pixels, [count, height, width, 3]);
}

function grey(maps: ArrayLike<number>, count: number, height: number, width: number): NdArray<Uint8Array> {
  return arrayView(
    Uint8Array.from(maps, (value) => Math.round(255 * value)),
    [count, height, width, 1],
  );
}
