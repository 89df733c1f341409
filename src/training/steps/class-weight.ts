import { ValueError } from '../../base/errors.js';
import { accept, type Option } from '../../base/options.js';
import { type PerOutput, perOutput } from '../model/per-output.js';
import type { TrainableModel } from '../model/trained-model.js';
import type { ClassWeights } from './output-losses.js';

/** Weight of each class by its number; other classes have weight 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** For the only output, or for each by name or index. */
export const classWeightOption = (): Option<ClassWeight | PerOutput<ClassWeight>> =>
  accept('weights by class numbers', (value) => typeof value === 'object' && value !== null);

/** @throws ValueError when a weight is negative, or a name is not an output's, or a class is none of its classes */
export function classWeightsOf(
  caller: string,
  given: ClassWeight | PerOutput<ClassWeight> | undefined,
  { outputNames: names, outputs }: Pick<TrainableModel, 'outputNames' | 'outputs'>,
): ClassWeights {
  if (given === undefined || given === null) return [];
  const byClass = (value: unknown): value is ClassWeight =>
    !Array.isArray(value) && Object.keys(value as object).every((key) => /^\d+$/.test(key));
  const each = perOutput(caller, 'classWeight', given as PerOutput<ClassWeight>, names, byClass);
  for (const [index, weights] of each.entries()) {
    // A single output distinguishes two classes.
    const classes = Math.max(2, outputs[index].shape.at(-1) ?? Number.POSITIVE_INFINITY);
    for (const [number, weight] of Object.entries(weights ?? {})) {
      if (!(weight >= 0 && Number.isFinite(weight))) {
        throw new ValueError(`${caller}: classWeight of class ${number} is ${weight}, expected a number ≥ 0`);
      }
      if (Number(number) >= classes) {
        throw new ValueError(`${caller}: classWeight names class ${number}, expected classes 0 to ${classes - 1}`);
      }
    }
  }
  return each;
}
