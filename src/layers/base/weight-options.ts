import { type Option, option } from '../../base/options.js';
import { type Configurable, serialized } from '../../base/serialization.js';
import type { Constraint } from '../../constraints/constraint.js';
import { type ConstraintIdentifier, resolveConstraint } from '../../constraints/index.js';
import { type InitializerIdentifier, resolveInitializer } from '../../initializers/index.js';
import type { Initializer } from '../../initializers/initializer.js';
import { type RegularizerIdentifier, resolveRegularizer } from '../../regularizers/index.js';
import type { Regularizer } from '../../regularizers/regularizer.js';

/** An option for an object: the object itself, its name or its config. */
const named = <Value extends Configurable, Identifier>(
  expected: string,
  resolve: (identifier: Identifier, place: string) => Value | null,
): Option<Value, Identifier> =>
  option<Value, Identifier>({
    expected,
    read: (value, place) => resolve(value as Identifier, place) ?? undefined,
    toConfig: serialized,
  });

export const initializer = () => named<Initializer, InitializerIdentifier>('an initializer', resolveInitializer);

/** Default none. */
export const regularizer = () =>
  named<Regularizer, RegularizerIdentifier>('a regularizer', resolveRegularizer).nullable().default(null);

/** Default none. */
export const constraint = () =>
  named<Constraint, ConstraintIdentifier>('a constraint', resolveConstraint).nullable().default(null);

/** `kernelInitializer`, `kernelRegularizer` and `kernelConstraint` of a weight `kernel`. */
export type WeightOptionTable<Name extends string> = {
  readonly [K in `${Name}Initializer`]: Option<Initializer, InitializerIdentifier, false>;
} & { readonly [K in `${Name}Regularizer`]: ReturnType<typeof regularizer> } & {
  readonly [K in `${Name}Constraint`]: ReturnType<typeof constraint>;
};

/** The options of one weight, for a layer's table; `addWeightFrom` declares it. */
export const weight = <Name extends string>(name: Name, initial: InitializerIdentifier): WeightOptionTable<Name> =>
  ({
    [`${name}Initializer`]: initializer().default(initial),
    [`${name}Regularizer`]: regularizer(),
    [`${name}Constraint`]: constraint(),
  }) as unknown as WeightOptionTable<Name>;
