import { DTYPES, type DType, isDType } from '../../base/dtype.js';
import { accept, boolean, type Given, type Options, oneOf, readOptions, string } from '../../base/options.js';
import type { ConstraintIdentifier } from '../../constraints/index.js';
import type { InitializerIdentifier } from '../../initializers/index.js';
import type { RegularizerIdentifier } from '../../regularizers/index.js';
import type { SymbolicShape } from './symbolic.js';
import { constraint, initializer, regularizer } from './weight-options.js';

/** Keras 3's `add_weight`. */
const KERAS_DECLARATION = {
  /** Name within the layer: kernel, bias, … */
  name: string(),
  /** Default [], a scalar. */
  shape: accept<SymbolicShape>('a list of sizes', Array.isArray).default([]),
  /** Default glorotUniform. */
  initializer: initializer().default('glorotUniform'),
  /** Default true. */
  trainable: boolean().default(true),
  /** Default none. */
  regularizer: regularizer(),
  /** Default none. */
  constraint: constraint(),
  /** Default that of the layer. */
  dtype: oneOf(DTYPES).optional(),
};

/** Declaration of a weight, for `addWeight`. */
export type WeightSpec = Options<typeof KERAS_DECLARATION>;
export type KerasWeight = Given<typeof KERAS_DECLARATION>;
type WeightOptions = Omit<KerasWeight, 'name' | 'shape' | 'initializer'>;

/** The arguments after a weight's name and shape: an initializer and options, or tfjs's positional arguments. */
export type WeightArguments =
  | readonly [initializer: InitializerIdentifier, options?: WeightOptions]
  | readonly [
      dtype: DType | null | undefined,
      initializer: InitializerIdentifier,
      regularizer?: RegularizerIdentifier | null,
      trainable?: boolean,
      constraint?: ConstraintIdentifier | null,
    ];

/** @internal normalize the arguments of `addWeight` @throws ValueError */
export function readWeight(
  caller: string,
  first: string | KerasWeight,
  shape: SymbolicShape | undefined,
  rest: WeightArguments | readonly [],
): WeightSpec {
  if (typeof first !== 'string') return readOptions(`${caller}: addWeight`, KERAS_DECLARATION, first);
  return readOptions(`${caller}: weight ${first}`, KERAS_DECLARATION, { name: first, shape, ...argumentsOf(rest) });
}

function argumentsOf(rest: WeightArguments | readonly []): Partial<KerasWeight> {
  const [dtypeOrInitializer, second, regularizer, trainable, constraint] = rest as readonly unknown[];
  const isPositional = rest.length > 2 || isDType(dtypeOrInitializer) || (dtypeOrInitializer ?? null) === null;
  const given = isPositional
    ? { dtype: dtypeOrInitializer, initializer: second, regularizer, trainable, constraint }
    : { ...(second as WeightOptions | undefined), initializer: dtypeOrInitializer };
  return given as Partial<KerasWeight>;
}
