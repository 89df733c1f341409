import ts from 'typescript';
import { checker, ENTRIES, isBelowSource, moduleOf, optionsOf, typeOf } from './declarations.js';

/** A function, constructor or method of the package that takes options, as its declarations say. */
export interface Callable {
  /** `layers.dense`, `new Model`, `Model#fit`, `node/download`. */
  readonly name: string;
  /** The file below src that exports it. */
  readonly entry: string;
  /** Names that lead from the module to the function or class. */
  readonly path: readonly string[];
  readonly kind: 'function' | 'constructor' | 'method' | 'static method';
  /** Of a method. */
  readonly method?: string;
  readonly parameters: readonly ts.Symbol[];
  /** The place of the options among the parameters. */
  readonly index: number;
  readonly options: ts.Type;
}

type Place = Omit<Callable, 'parameters' | 'index' | 'options'>;

/** Everything that the package exports and that takes options, each once: under the first of its names. */
export function callablesWithOptions(): Callable[] {
  const found: Callable[] = [];
  const met = new Set<ts.Symbol>();

  const isNew = (symbol: ts.Symbol): boolean => !met.has(symbol) && met.add(symbol) !== undefined;

  const addSignatures = (place: Place, signatures: readonly ts.Signature[]): void => {
    for (const { parameters } of signatures.filter(isOurs)) {
      parameters.forEach((parameter, index) => {
        const options = optionsOf(parameter);
        const isKnown = found.some((other) => other.name === place.name && other.index === index);
        if (options && !isKnown) found.push({ ...place, parameters, index, options });
      });
    }
  };

  const addMethods = (place: Place, members: readonly ts.Symbol[]): void => {
    for (const member of members) {
      if (!(member.flags & ts.SymbolFlags.Method) || !isPublic(member) || !isNew(member)) continue;
      const name = place.kind === 'method' ? `${place.name}#${member.name}` : `${place.name}.${member.name}`;
      addSignatures({ ...place, name, method: member.name }, typeOf(member).getCallSignatures());
    }
  };

  const visit = (entry: string, path: readonly string[], exported: ts.Symbol): void => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    const name = [...(entry === 'index.ts' ? [] : [entry.replace('.ts', '/')]), path.join('.')].join('');
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      for (const member of checker.getExportsOfModule(symbol)) visit(entry, [...path, member.name], member);
    } else if (symbol.flags & ts.SymbolFlags.Value && !isTypeOnly(exported) && isPublic(symbol) && isNew(symbol)) {
      const type = typeOf(symbol);
      if (symbol.flags & ts.SymbolFlags.Class) {
        addSignatures({ name: `new ${name}`, entry, path, kind: 'constructor' }, type.getConstructSignatures());
        addMethods({ name, entry, path, kind: 'method' }, checker.getDeclaredTypeOfSymbol(symbol).getProperties());
        addMethods({ name, entry, path, kind: 'static method' }, type.getProperties());
      } else if (type.getCallSignatures().length > 0) {
        addSignatures({ name, entry, path, kind: 'function' }, type.getCallSignatures());
      } else if (isNamespaceObject(type)) {
        for (const member of type.getProperties()) visit(entry, [...path, member.name], member);
      }
    }
  };

  for (const entry of ENTRIES) {
    for (const member of checker.getExportsOfModule(moduleOf(entry))) visit(entry, [member.name], member);
  }
  return found;
}

/** A constant object of functions, as `initializers`. */
const isNamespaceObject = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 && ((type.symbol?.flags ?? 0) & ts.SymbolFlags.ObjectLiteral) !== 0;

/** Not TypeScript's own, as the constructor that errors inherit. */
const isOurs = ({ declaration }: ts.Signature): boolean => declaration !== undefined && isBelowSource(declaration);

const isTypeOnly = (exported: ts.Symbol): boolean =>
  exported.declarations?.some(
    (node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly),
  ) ?? false;

function isPublic(symbol: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const isHidden = symbol.declarations?.some((declaration) => ts.getCombinedModifierFlags(declaration) & hidden);
  return !isHidden && !symbol.getJsDocTags().some(({ name }) => name === 'internal');
}
