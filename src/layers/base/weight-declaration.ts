import { type DType, isDType } from '../../base/dtype.js';
import type { Constraint } from '../../constraints/constraint.js';
import type { InitializerIdentifier } from '../../initializers/index.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import type { WeightOptions } from './weight.js';

type Declaration = readonly [initializer: InitializerIdentifier, options?: WeightOptions];

/** tfjs's list of arguments. */
type PositionalDeclaration = readonly [
  dtype: DType | null | undefined,
  initializer: InitializerIdentifier,
  regularizer?: Regularizer | null,
  trainable?: boolean,
  constraint?: Constraint | null,
];

/** What follows a weight's name and shape: an initializer and options, or tfjs's list. */
export type WeightDeclaration = Declaration | PositionalDeclaration;

const isPositional = (given: WeightDeclaration): given is PositionalDeclaration =>
  given[0] === null || given[0] === undefined || isDType(given[0]);

/** @internal both forms as one */
export function readDeclaration(given: WeightDeclaration): {
  initializer: InitializerIdentifier;
  options: WeightOptions;
} {
  if (!isPositional(given)) return { initializer: given[0], options: given[1] ?? {} };
  const [dtype, initializer, regularizer, trainable, constraint] = given;
  return { initializer, options: { dtype: dtype ?? undefined, regularizer, trainable, constraint } };
}
