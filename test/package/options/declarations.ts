import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));

/** The package's entries: the files of `src` that are exported, by their own names. */
export const ENTRIES = readdirSync(src).filter((name) => name.endsWith('.ts'));

const config = ts.readConfigFile(join(src, '../tsconfig.json'), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, join(src, '..'));
const program = ts.createProgram(
  ENTRIES.map((name) => join(src, name)),
  options,
);
export const checker = program.getTypeChecker();

/** The symbol of an entry, as a module. */
export const moduleOf = (entry: string): ts.Symbol =>
  checker.getSymbolAtLocation(program.getSourceFile(join(src, entry))!)!;

export const isBelowSource = (node: ts.Node): boolean => node.getSourceFile().fileName.startsWith(src);

export const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbol(symbol);

export const isOptional = (symbol: ts.Symbol): boolean =>
  (symbol.flags & ts.SymbolFlags.Optional) !== 0 ||
  (symbol.valueDeclaration !== undefined &&
    ts.isParameter(symbol.valueDeclaration) &&
    checker.isOptionalParameter(symbol.valueDeclaration));

/** The alternatives of a type, without null and undefined; a type parameter counts as its constraint. */
export function alternatives(type: ts.Type): readonly ts.Type[] {
  const present = checker.getNonNullableType(checker.getBaseConstraintOfType(type) ?? type);
  return present.isUnion() ? present.types : [present];
}

export const isClassInstance = (type: ts.Type): boolean =>
  type.isClass() || ((type.symbol?.flags ?? 0) & ts.SymbolFlags.Class) !== 0;

/** `{ units: number; useBias?: boolean }`: not a list, a function, an instance or a dictionary. */
export function isPlainObjectType(type: ts.Type): boolean {
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type) || isClassInstance(type)) return false;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return false;
  return type.getProperties().length > 0 && checker.getIndexInfosOfType(type).length === 0;
}

/**
 * The options that a parameter takes: an object of which something may be left out, alone or as an alternative to a
 * number, a string or a function. Alternatives to tensors or lists are data; JavaScript's own, such as `{ cause }` of
 * errors, are not ours.
 */
export function optionsOf(parameter: ts.Symbol): ts.Type | undefined {
  const all = alternatives(typeOf(parameter));
  const found = all.find(
    (type) => isPlainObjectType(type) && type.getProperties().some((property) => isOptional(property)),
  );
  const isForeign = found
    ?.getProperties()
    .every(({ declarations }) => declarations?.every((node) => !isBelowSource(node)));
  const isData = all.some((type) => isClassInstance(type) || checker.isArrayLikeType(type));
  return isData || isForeign ? undefined : found;
}
