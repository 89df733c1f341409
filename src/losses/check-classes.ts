import { ValueError } from '../base/errors.js';
import { type Shape, sizeOf } from '../base/shape.js';

/**
 * Assert that labels are class numbers.
 * @param classes how many there are
 * @param ignored a number that is allowed too
 * @throws ValueError naming the first that is not, and its sample
 */
export function checkClasses(
  caller: string,
  values: ArrayLike<number>,
  classes: number,
  ignored: number | null,
  shape: Shape,
): void {
  for (let i = 0; i < values.length; i++) {
    const label = values[i];
    if (label !== ignored && !(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ValueError(
        `${caller}: yTrue has ${label} ${place(i, shape)}, expected an integer from 0 to ${classes - 1}${ignored === null ? '' : `, or ${ignored}`}`,
      );
    }
  }
}

/** Say in a message where a label is. */
export function place(index: number, shape: Shape): string {
  return `at sample ${Math.floor(index / sizeOf(shape.slice(1)))}`;
}
