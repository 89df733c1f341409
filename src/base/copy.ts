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

/** Return the copy that an object was made by if it is not this one; null for all other values. */
export function otherCopyOf(value: unknown): Copy | null {
  if (typeof value !== 'object' || value === null) return null;
  const copy = (value as Owned).constructor?.copyOfNabla;
  return copy === undefined || copy === COPY ? null : copy;
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
