import { type Option, option } from '../../base/options.js';
import { serialized } from '../../base/serialization.js';
import type { Constraint } from '../../constraints/constraint.js';
import { type ConstraintIdentifier, resolveConstraint } from '../../constraints/index.js';
import { type InitializerIdentifier, resolveInitializer } from '../../initializers/index.js';
import type { Initializer } from '../../initializers/initializer.js';
import { type RegularizerIdentifier, resolveRegularizer } from '../../regularizers/index.js';
import type { Regularizer } from '../../regularizers/regularizer.js';

/** An initializer, by name or itself. */
export const initializer = (): Option<Initializer, InitializerIdentifier> =>
  option<Initializer, InitializerIdentifier>({
    expected: 'an initializer',
    read: (value, place) => resolveInitializer(value as InitializerIdentifier, place),
    toConfig: serialized,
  });

/** A regularizer, by name or itself; default none. */
export const regularizer = (): Option<Regularizer | null, RegularizerIdentifier | null, false> =>
  option<Regularizer, RegularizerIdentifier>({
    expected: 'a regularizer',
    read: (value, place) => resolveRegularizer(value as RegularizerIdentifier, place) ?? undefined,
    toConfig: serialized,
  })
    .nullable()
    .default(null);

/** A constraint, by name or itself; default none. */
export const constraint = (): Option<Constraint | null, ConstraintIdentifier | null, false> =>
  option<Constraint, ConstraintIdentifier>({
    expected: 'a constraint',
    read: (value, place) => resolveConstraint(value as ConstraintIdentifier, place) ?? undefined,
    toConfig: serialized,
  })
    .nullable()
    .default(null);

/** `kernelInitializer`, `kernelRegularizer` and `kernelConstraint` of a weight `kernel`. */
export type WeightOptionTable<Name extends string> = {
  readonly [K in `${Name}Initializer`]: Option<Initializer, InitializerIdentifier, false>;
} & {
  readonly [K in `${Name}Regularizer`]: Option<Regularizer | null, RegularizerIdentifier | null, false>;
} & {
  readonly [K in `${Name}Constraint`]: Option<Constraint | null, ConstraintIdentifier | null, false>;
};

/** The options of one weight, for a layer's table; `addWeightFrom` declares it. */
export const weight = <Name extends string>(name: Name, initial: InitializerIdentifier): WeightOptionTable<Name> =>
  ({
    [`${name}Initializer`]: initializer().default(initial),
    [`${name}Regularizer`]: regularizer(),
    [`${name}Constraint`]: constraint(),
  }) as unknown as WeightOptionTable<Name>;
