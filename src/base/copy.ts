import { version } from './version.js';

/**
 * A loaded copy of the package. A program has two when one part imports it and another requires it, when two bundles of
 * a page contain it, or when it is installed twice. Each has classes of its own, so `instanceof` does not recognise the
 * objects of the other.
 */
export interface Copy {
  readonly version: string;
}

/**
 * This copy. Root classes whose objects users pass around hold it as a static field, `copyOfNabla`, which their
 * subclasses inherit.
 */
export const COPY: Copy = { version };

interface Owned {
  readonly constructor?: { readonly copyOfNabla?: Copy };
}

/** Return the copy that created an object if it is not this one; null for all other values. */
export function otherCopyOf(value: unknown): Copy | null {
  if (typeof value !== 'object' || value === null) return null;
  const copy = (value as Owned).constructor?.copyOfNabla;
  return copy === undefined || copy === COPY ? null : copy;
}

/** The property of a function that names it, whichever copy of the package made it. */
const NAMED = Symbol.for('nabla.function');

interface NamedFunction {
  readonly copy: Copy;
  readonly name: string;
  readonly options?: object;
}

/** Name a function that users pass around, so that another copy can use its own of that name. @returns the function */
export function nameForCopies<F extends object>(f: F, name: string, options?: object): F {
  return Object.defineProperty(f, NAMED, { value: { copy: COPY, name, options } satisfies NamedFunction });
}

/** Return the name of a function of this copy or another; null for all other functions. */
export const namedFunction = (f: object): NamedFunction | null =>
  (f as { readonly [NAMED]?: NamedFunction })[NAMED] ?? null;

/** Return the name of a function that another copy of the package made; null for all others. */
export function nameInOtherCopy(f: object): NamedFunction | null {
  const found = namedFunction(f);
  return found && found.copy !== COPY ? found : null;
}

/**
 * Describe where an object comes from, to follow its name in a message: ` of another copy of nabla (…)`, or nothing.
 */
export function origin(value: unknown): string {
  const other = otherCopyOf(value);
  if (!other) return '';
  const versions = other.version === version ? '' : `: its version is ${other.version}, here ${version}`;
  return ` of another copy of nabla (two are loaded${versions}; import it in one way everywhere: by import or by require, from one folder)`;
}
