/**
 * npx tsx scripts/check-lines.ts
 *
 * Refuse lines of more than 120 columns in TypeScript: the formatter leaves comments, and files that it does not know
 * (src/backends/wasm/assembly), as they are. Lines with a literal text, an `@example` or a web address may be longer.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const COLUMNS = 120;

const isFree = (line: string): boolean => line.includes('@example') || /https?:\/\//.test(line);

/** The lines of a source, by number, that a string, a template or a regular expression touches. */
function literalLines(source: ts.SourceFile): Set<number> {
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    const isLiteral =
      ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isRegularExpressionLiteral(node);
    if (isLiteral) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      for (let line = first; line <= last; line++) lines.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

function longLines(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const long = text.split('\n').flatMap((line, i) => (line.length > COLUMNS && !isFree(line) ? [i] : []));
  if (long.length === 0) return [];
  const literals = literalLines(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return long.filter((line) => !literals.has(line)).map((line) => `${file}:${line + 1}`);
}

const files = execFileSync('git', ['ls-files', '*.ts'], { encoding: 'utf8' }).trim().split('\n');
const found = files.flatMap(longLines);
for (const place of found) console.error(`${place}: more than ${COLUMNS} columns`);
console.log(`lines: ${files.length} files, ${found.length} faults`);
if (found.length > 0) process.exitCode = 1;
