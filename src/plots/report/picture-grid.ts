import { ShapeError } from '../../base/errors.js';
import { imageUris } from '../charts/image-uri.js';
import type { Predictions } from '../charts/prediction-grid.js';
import { escapeText } from '../charts/svg.js';

/** Pixels of a picture's side on the page. */
const SIDE = 72;

/**
 * Pictures with their predicted class, in rows as wide as the page: blue if it is right; red if it is wrong, with the
 * true class below. Pictures smaller than their place are enlarged without smoothing.
 * @throws ShapeError when images, predictions and labels differ in number
 */
export function pictureGrid(predictions: Predictions): string {
  const { images, predicted, labels, classNames } = predictions;
  const [count, height, width] = images.shape;
  if (predicted.length !== count || labels.length !== count) {
    throw new ShapeError(
      `buildReport: ${count} images, ${predicted.length} predictions, ${labels.length} labels, expected as many of each`,
    );
  }
  const nameOf = (label: number): string => escapeText(classNames[label] ?? String(label));
  const kind = Math.max(height, width) < SIDE ? ' class="pixels"' : '';
  const cells = imageUris(images).map((uri, index) => {
    const isRight = predicted[index] === labels[index];
    const [guess, truth] = [nameOf(predicted[index]), nameOf(labels[index])];
    const caption = isRight ? guess : `${guess}<br/><span class="muted">is ${truth}</span>`;
    const alternative = isRight ? guess : `${guess}, but it is ${truth}`;
    return `<figure class="${isRight ? 'right' : 'wrong'}"><img src="${uri}" alt="${alternative}"${kind}/><figcaption>${caption}</figcaption></figure>`;
  });
  return `<div class="pictures">${cells.join('')}</div>`;
}
