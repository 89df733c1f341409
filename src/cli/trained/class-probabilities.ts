import { ShapeError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';

/**
 * Return the probability of each class from a model's output for one picture. One number is that of the second of two
 * classes, as `image_dataset_from_directory` of Keras labels them; numbers that are no probabilities are logits.
 * @param shape of the output, [1, classes]
 * @throws ShapeError for an output of another rank, such as a picture
 */
export function classProbabilities(values: ArrayLike<number>, shape: Shape, model: string): number[] {
  if (shape.length !== 2) {
    throw new ShapeError(`${model}: its output is ${formatShape(shape)}, expected [batch, classes]`);
  }
  const all = Array.from(values);
  const areProbabilities = all.every((value) => value >= 0 && value <= 1);
  if (all.length === 1) {
    const second = areProbabilities ? all[0] : 1 / (1 + Math.exp(-all[0]));
    return [1 - second, second];
  }
  if (areProbabilities) return all;
  const largest = Math.max(...all);
  const powers = all.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
