import { ShapeError } from '../../base/errors.js';
import { type Given, positiveInteger, readOptions } from '../../base/options.js';
import { objectOf } from '../../base/structures.js';
import { IMAGES, NAMES, NUMBERS } from './arguments.js';
import { type Images, imageUris } from './image-uri.js';
import { palette, type Theme } from './palette.js';
import { element, escapeText, PLOT_OPTIONS, shorten, svgDocument, text } from './svg.js';

/** Predictions of a model for some images. */
export interface Predictions {
  /** [count, height, width, 1 or 3] */
  images: Images;
  /** Predicted class of each image. */
  predicted: ArrayLike<number>;
  /** True class of each image. */
  labels: ArrayLike<number>;
  classNames: readonly string[];
}

const PREDICTIONS = objectOf({ images: IMAGES, predicted: NUMBERS, labels: NUMBERS, classNames: NAMES });

const GRID_OPTIONS = {
  ...PLOT_OPTIONS,
  /** Largest number of images, from the first; default 50. */
  limit: positiveInteger().default(50),
  /** Images per row; default 10. */
  columns: positiveInteger().default(10),
};

/** Options of `predictionGrid`. */
export type GridOptions = Given<typeof GRID_OPTIONS>;

const CELL = { width: 92, image: 64, height: 106 };

/**
 * Draw images with their predicted class: blue if it is right; red if it is wrong, with the true class
 * below.
 * @returns an SVG picture with the images inside
 * @throws ValueError when an option is unknown or wrong
 * @throws ShapeError when images, predictions and labels differ in number
 * @example const svg = predictionGrid({ images, predicted, labels, classNames })
 */
export function predictionGrid(predictions: Predictions, options: GridOptions = {}): string {
  const { images, predicted, labels } = PREDICTIONS.check('predictionGrid', 'predictions', predictions);
  const { limit, columns, theme } = readOptions('predictionGrid', GRID_OPTIONS, options);
  if (predicted.length !== images.shape[0] || labels.length !== images.shape[0]) {
    throw new ShapeError(
      `predictionGrid: ${images.shape[0]} images, ${predicted.length} predictions, ${labels.length} labels, expected ` +
        'equal numbers',
    );
  }
  const count = Math.min(limit, images.shape[0]);
  const cells = imageUris(images, count).map((uri, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const transform = `translate(${column * CELL.width} ${row * CELL.height})`;
    return element('g', { transform }, cell(uri, index, predictions, theme));
  });
  const right = Array.from({ length: count }, (_, index) => index).filter(
    (index) => predicted[index] === labels[index],
  );
  const label = `${count} images with the predicted class: ${right.length} right, ${count - right.length} wrong`;
  const width = Math.max(1, Math.min(columns, count)) * CELL.width;
  return svgDocument(width, Math.ceil(count / columns) * CELL.height, label, cells.join(''), theme);
}

function cell(uri: string, index: number, { images, predicted, labels, classNames }: Predictions, theme: Theme) {
  const { accent, wrong, muted, line } = palette(theme);
  const right = predicted[index] === labels[index];
  const nameOf = (label: number) => classNames[label] ?? String(label);
  const [guess, truth] = [nameOf(predicted[index]), nameOf(labels[index])];
  const left = (CELL.width - CELL.image) / 2;
  const box = { x: left, y: 2, width: CELL.image, height: CELL.image };
  const small = images.shape[1] < CELL.image;
  const image = element('image', {
    ...box,
    href: uri,
    preserveAspectRatio: 'xMidYMid meet',
    style: small ? 'image-rendering:pixelated' : undefined,
  });
  const border = element('rect', {
    ...box,
    rx: 2,
    fill: 'none',
    stroke: right ? line : wrong,
    'stroke-width': right ? 1 : 1.5,
  });
  const centred = { x: CELL.width / 2, 'text-anchor': 'middle' };
  const tooltip = `<title>${escapeText(right ? guess : `${guess}, but it is ${truth}`)}</title>`;
  const name = text(shorten(guess, 11, CELL.width), {
    ...centred,
    y: CELL.image + 17,
    'font-size': 11,
    'font-weight': right ? 400 : 600,
    fill: right ? accent : wrong,
  });
  const correction = right
    ? ''
    : text(shorten(`is ${truth}`, 10, CELL.width), { ...centred, y: CELL.image + 30, 'font-size': 10, fill: muted });
  return tooltip + image + border + name + correction;
}
