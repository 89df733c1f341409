import { origin } from './copy.js';

/** Return whether a value is an object literal, of this realm or another; instances of classes are not options. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A class: the package's have a static name, because minifiers shorten `name`. */
interface NamedClass {
  readonly className?: string;
  readonly name: string;
}

/** `a Tensor`, `an Adam`. A class without a name, as minifiers leave some, is an object. */
function named(value: object): string {
  const { className, name } = (value.constructor ?? {}) as Partial<NamedClass>;
  const kind = className ?? (name || 'object');
  return `${/^[AEIOUaeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Format a value for a message: `'3'`, `[1,2]`, `{ axis: 1 }`, `a Tensor`, `a function`. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 2) return '…';
  const list = (items: readonly string[]) => items.slice(0, 8).concat(items.length > 8 ? '…' : []);
  if (Array.isArray(value)) return `[${list(value.slice(0, 9).map((each) => show(each, depth + 1))).join(',')}]`;
  if (isPlainObject(value)) {
    const entries = list(Object.entries(value).map(([name, each]) => `${name}: ${show(each, depth + 1)}`));
    return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
  }
  return `${named(value)}${origin(value)}`;
}
