import { serialized } from '../../base/serialization.js';
import type { Constraint } from '../../constraints/constraint.js';
import { type ConstraintIdentifier, resolveConstraint } from '../../constraints/index.js';
import { type InitializerIdentifier, resolveInitializer } from '../../initializers/index.js';
import type { Initializer } from '../../initializers/initializer.js';
import { type RegularizerIdentifier, resolveRegularizer } from '../../regularizers/index.js';
import type { Regularizer } from '../../regularizers/regularizer.js';

/** How a weight starts, what penalty it pays and what it is held to: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`. */
export type WeightChoices<Name extends string> = {
  readonly [K in `${Name}Initializer`]?: InitializerIdentifier;
} & {
  readonly [K in `${Name}Regularizer`]?: RegularizerIdentifier | null;
} & {
  readonly [K in `${Name}Constraint`]?: ConstraintIdentifier | null;
};

/** @internal the choices of one weight, found */
export interface WeightSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
}

/** @internal reads the choices of the weight `name` from a layer's options @throws ValueError */
export function weightSettings<Name extends string>(
  caller: string,
  name: Name,
  options: WeightChoices<Name>,
  initializer: InitializerIdentifier,
): WeightSettings {
  const choices = options as Readonly<Record<string, unknown>>;
  const choice = <T>(kind: string) => choices[name + kind] as T | null | undefined;
  return {
    initializer: resolveInitializer(
      choice<InitializerIdentifier>('Initializer') ?? initializer,
      `${caller}: ${name}Initializer`,
    ),
    regularizer: resolveRegularizer(choice<RegularizerIdentifier>('Regularizer'), `${caller}: ${name}Regularizer`),
    constraint: resolveConstraint(choice<ConstraintIdentifier>('Constraint'), `${caller}: ${name}Constraint`),
  };
}

/** @internal the choices of one weight as a config has them */
export const settingsConfig = (name: string, settings: WeightSettings): Record<string, unknown> => ({
  [`${name}Initializer`]: serialized(settings.initializer),
  [`${name}Regularizer`]: serialized(settings.regularizer),
  [`${name}Constraint`]: serialized(settings.constraint),
});
