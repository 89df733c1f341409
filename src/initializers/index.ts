import { Registry } from '../base/registry.js';
import { type Identifier, type Maker, resolve } from '../base/serialization.js';
import type { Initializer } from './initializer.js';
import * as initializers from './namespace.js';

export type { Initializer } from './initializer.js';

export { initializers };

/** Further names in Keras 1 and Keras 3. */
const ALIASES = {
  zero: 'zeros',
  one: 'ones',
  normal: 'randomNormal',
  uniform: 'randomUniform',
  identityInitializer: 'identity',
  orthogonalInitializer: 'orthogonal',
} as const;

/** A name in any spelling (`'glorotUniform'`, `'glorot_uniform'`), an initializer, or `{ className, config }`. */
export type InitializerIdentifier = keyof typeof initializers | Identifier<Initializer>;

const REGISTRY = /* @__PURE__ */ new Registry<Maker<Initializer>>(initializers, ALIASES);

/** Find an initializer. @param caller names the option, for the message @throws ValueError when the name is unknown */
export const resolveInitializer = (identifier: InitializerIdentifier, caller: string): Initializer =>
  resolve(REGISTRY, 'an initializer', identifier, caller);
