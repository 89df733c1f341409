import { posix } from 'node:path';
import ts from 'typescript';

/** An import of one file by another, both by their paths below `src`. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/**
 * Every import of relative paths in the files: of values and of types, re-exports, `import()` and `import('…').Type`.
 */
export function arrowsOf(files: ReadonlyMap<string, string>): Arrow[] {
  return [...files].flatMap(([from, text]) =>
    [...specifiersOf(from, text)]
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: targetOf(files, from, specifier) })),
  );
}

/** Sources import what they compile to, `./shape.js`, be it `.ts` or `.tsx`; AssemblyScript's leave the ending out. */
function targetOf(files: ReadonlyMap<string, string>, from: string, specifier: string): string {
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '');
  return files.has(`${path}.tsx`) ? `${path}.tsx` : `${path}.ts`;
}

function specifiersOf(name: string, text: string): Set<string> {
  const found = new Set<string>();
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) found.add(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest));
  return found;
}
