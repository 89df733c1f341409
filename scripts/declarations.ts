/**
 * Mends the bundled declarations. The bundler cannot see what a name from a shared file is, and takes every member of a namespace
 * (`optimizers`, `callbacks`, …) for a value: an interface or a class is then no type any more. Members name what they stand for.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** `declare const index_Adam: typeof Adam;` and `type index_AdamOptions = AdamOptions;` */
const STAND_IN = /^(?:declare const|type) (index(?:\$\d+)?_\w+)(?:<.*>)?(?:: typeof| =) ([\w$]+)(?:<.*>)?;\n/gm;
const NAMESPACE = /(?<=^declare namespace index(?:\$\d+)? \{\n {2}export \{).*(?=\};\n\})/gm;

function mended(text: string): string {
  const targets = new Map<string, string>();
  const without = text.replace(STAND_IN, (_, name: string, target: string) => {
    targets.set(name, target);
    return '';
  });
  const members = (list: string) => list.replace(/[\w$]+(?= as )/g, (name) => targets.get(name) ?? name);
  return without.replace(NAMESPACE, members);
}

const folder = new URL('../dist/', import.meta.url);
for (const file of readdirSync(folder).filter((name) => /\.d\.c?ts$/.test(name))) {
  const path = new URL(file, folder);
  const text = mended(readFileSync(path, 'utf8'));
  if (/\bindex(?:\$\d+)?_\w/.test(text)) throw new Error(`${file}: a member of a namespace was not understood`);
  writeFileSync(path, text);
}
