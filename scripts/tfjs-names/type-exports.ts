import { readFileSync } from 'node:fs';
import ts from 'typescript';

/* The names of types that a source file exports, read from its syntax alone: compiling the library takes long. */

const src = new URL('../../src/', import.meta.url);

/** @param path below src */
export function typeExportsOf(path: string): string[] {
  return exportsOf(new URL(path, src));
}

function exportsOf(file: URL): string[] {
  const source = ts.createSourceFile(file.href, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return exportedBy(statement, file);
    const isType =
      ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement);
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return isType && isExported && statement.name ? [statement.name.text] : [];
  });
}

function exportedBy({ exportClause, moduleSpecifier }: ts.ExportDeclaration, file: URL): string[] {
  if (exportClause && ts.isNamedExports(exportClause)) return exportClause.elements.map(({ name }) => name.text);
  // `export * as name` is a value.
  if (exportClause || !moduleSpecifier) return [];
  const path = (moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, '.ts');
  return exportsOf(new URL(path, file));
}
