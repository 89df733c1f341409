type Modules = {
  'node:crypto': typeof import('node:crypto');
  'node:fs': typeof import('node:fs');
  'node:fs/promises': typeof import('node:fs/promises');
  'node:os': typeof import('node:os');
  'node:path': typeof import('node:path');
  'node:url': typeof import('node:url');
  'node:v8': typeof import('node:v8');
};

/** Return a module of Node, loaded at run time so that bundlers do not see it; undefined in other environments. */
export function nodeModule<Name extends keyof Modules>(name: Name): Modules[Name] | undefined {
  const host = typeof process === 'object' && process.versions?.node ? process : undefined;
  return host?.getBuiltinModule?.(name) as Modules[Name] | undefined;
}
