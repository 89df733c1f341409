import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { CLASSES, type Exports, type Group } from './exports.js';

/* The exports of the tfjs in bench/peers: values from the module as it runs, types from its declarations. */

const peers = createRequire(new URL('../../bench/peers/package.json', import.meta.url));
const PACKAGE = '@tensorflow/tfjs';

export const isInstalled = (): boolean => {
  try {
    peers.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
};

/** Names that a bundler adds, and those that begin with an underscore. */
const isNoise = (name: string): boolean => name === 'default' || name.startsWith('_');

const namesOf = (place: object): string[] =>
  Object.keys(place)
    .filter((name) => !isNoise(name) && Number.isNaN(Number(name)))
    .sort();

export function readExports(): Exports {
  const tf: Record<string, unknown> = peers(PACKAGE);
  const groups: Record<string, Group> = {};
  const values = namesOf(tf);
  // A constant such as `Abs` names a kernel in tfjs's registry; `AbsInputs` and `SumAttrs` are the types of its calls.
  const types = typeNames();
  const isOfKernel = (name: string): boolean => typeof tf[name] === 'string' || /(Inputs|Attrs)$/.test(name);
  groups.tf = values.filter((name) => !isOfKernel(name));
  for (const name of groups.tf) {
    const place = tf[name];
    if (typeof place === 'object' && place !== null) groups[name] = namesOf(place);
  }
  for (const path of CLASSES) groups[path] = membersOf(tf, path);
  groups.types = types.filter((name) => !isOfKernel(name));
  groups.kernels = [...values, ...types].filter(isOfKernel).sort();
  return { version: (tf.version as { tfjs: string }).tfjs, groups };
}

/** The methods and accessors that a class declares itself. */
function membersOf(tf: Record<string, unknown>, path: string): string[] {
  const found = path.split('.').reduce((place, name) => (place as Record<string, unknown>)[name], tf as unknown);
  return Object.getOwnPropertyNames((found as { prototype: object }).prototype)
    .filter((name) => name !== 'constructor' && !isNoise(name))
    .sort();
}

/** Exports that are types alone. */
function typeNames(): string[] {
  const entry = fileURLToPath(new URL('../../bench/peers/types.ts', import.meta.url));
  const host = ts.createCompilerHost({});
  const text = `import * as tf from '${PACKAGE}'; export { tf };`;
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === entry || fileExists.call(host, name);
  host.getSourceFile = (name, ...rest) =>
    name === entry ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest);
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] };
  const program = ts.createProgram([entry], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry)!;
  const clause = (source.statements[0] as ts.ImportDeclaration).importClause!;
  const module = checker.getAliasedSymbol(
    checker.getSymbolAtLocation((clause.namedBindings as ts.NamespaceImport).name)!,
  );
  return checker
    .getExportsOfModule(module)
    .filter((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return (target.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Module)) === 0;
    })
    .map(({ name }) => name)
    .filter((name) => !isNoise(name))
    .sort();
}
