import { ValueError } from '../base/errors.js';
import { number, positiveInteger } from '../base/option.js';
import { numberArray } from '../base/structures.js';
import { arrayView } from '../tensor/array-view.js';
import { IMAGE_SET } from './arguments.js';
import { balancedRows, rowsOfClasses, splitRows } from './class-rows.js';
import { contiguous, type ImageSet } from './image-set.js';

/**
 * Copy the given rows of a set, in the given order.
 * @throws ValueError when a row does not exist
 * @example const some = takeRows(train, [0, 2, 4])
 */
export function takeRows(set: ImageSet, rows: ArrayLike<number>): ImageSet {
  IMAGE_SET.check('takeRows', 'set', set);
  numberArray().check('takeRows', 'rows', rows);
  const shape = set.images.shape;
  const wrong = Array.from(rows).findIndex((row) => !(Number.isInteger(row) && row >= 0 && row < shape[0]));
  if (wrong >= 0) {
    throw new ValueError(`takeRows: row number ${wrong} is ${rows[wrong]}, expected 0 to ${shape[0] - 1}`);
  }
  const pixels = set.images.size / shape[0];
  const source = contiguous(set.images).data;
  const images = new Uint8Array(rows.length * pixels);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    images.set(source.subarray(rows[i] * pixels, (rows[i] + 1) * pixels), i * pixels);
    labels[i] = set.labels.get(rows[i]);
  }
  return { images: arrayView(images, [rows.length, ...shape.slice(1)]), labels: arrayView(labels, [rows.length]) };
}

/**
 * Take the first images of each class, equally many of each, in the order of the set.
 * If `limit` is not a multiple of the number of classes, or a class has too few images, the numbers differ.
 * @param limit total number of images to keep; a smaller set is returned whole
 * @throws ValueError when the limit is not a positive integer
 * @example const small = takeBalanced(train, 1000)
 */
export function takeBalanced(set: ImageSet, limit: number): ImageSet {
  IMAGE_SET.check('takeBalanced', 'set', set);
  positiveInteger().check('takeBalanced', 'limit', limit);
  if (limit >= set.labels.shape[0]) return set;
  return takeRows(set, balancedRows(rowsOfClasses(labelsOf(set)), limit));
}

/**
 * Split a set in two, with each class in the same proportion; both parts keep the order of the set.
 * The last images of each class are held out, so the split needs no seed and never changes.
 * @param fraction the fraction to hold out, between 0 and 1
 * @throws ValueError when the fraction is out of range, or leaves one part empty
 * @example const { train, validation } = trainValidationSplit(flowers, 0.2)
 */
export function trainValidationSplit(set: ImageSet, fraction: number): { train: ImageSet; validation: ImageSet } {
  IMAGE_SET.check('trainValidationSplit', 'set', set);
  number({ above: 0, below: 1 }).check('trainValidationSplit', 'fraction', fraction);
  const parts = rowsOfClasses(labelsOf(set)).map((members) => splitRows(members, fraction));
  const rows = (part: 'train' | 'validation') => parts.flatMap((of) => of[part]).sort((a, b) => a - b);
  const [train, validation] = [rows('train'), rows('validation')];
  if (train.length === 0 || validation.length === 0) {
    const count = set.labels.shape[0];
    throw new ValueError(`trainValidationSplit: fraction ${fraction} of ${count} images leaves one part empty`);
  }
  return { train: takeRows(set, train), validation: takeRows(set, validation) };
}

const labelsOf = ({ labels }: ImageSet): number[] =>
  Array.from({ length: labels.shape[0] }, (_, row) => labels.get(row));
