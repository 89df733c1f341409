/**
 * Mends the bundled declarations. The bundler cannot see what a name from a shared file is, and takes every member of a namespace
 * (`optimizers`, `callbacks`, …) for a value: an interface or a class is then no type any more. Members name what they stand for.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const NAMESPACE = /(?<=^declare namespace ([\w$]+) \{\n {2}export \{).*(?=\};\n\})/gm;

/** `declare const index_Adam: typeof Adam;` and `type index_AdamOptions = AdamOptions;` of the `declare namespace index`. */
const standIn = (prefix: string): RegExp =>
  new RegExp(`^(?:declare const|type) (${prefix}\\w+)(?:<.*>)?(?:: typeof| =) ([\\w$]+)(?:<.*>)?;\\n`, 'gm');

/** @throws Error naming the member that it does not understand */
function mended(text: string): string {
  const prefixes = [...text.matchAll(NAMESPACE)].map(([, name]) => `${name.replaceAll('$', '\\$')}_`);
  const targets = new Map<string, string>();
  let without = text;
  for (const prefix of prefixes) {
    without = without.replace(standIn(prefix), (_, name: string, target: string) => {
      targets.set(name, target);
      return '';
    });
  }
  const members = (list: string) => list.replace(/[\w$]+(?= as )/g, (name) => targets.get(name) ?? name);
  const whole = without.replace(NAMESPACE, members);
  const left = prefixes.length > 0 && new RegExp(`(?<![\\w$])(?:${prefixes.join('|')})\\w+`).exec(whole);
  if (left) throw new Error(`${left[0]}: a member of a namespace was not understood`);
  return whole;
}

const folder = new URL('../dist/', import.meta.url);
for (const file of readdirSync(folder).filter((name) => /\.d\.c?ts$/.test(name))) {
  const path = new URL(file, folder);
  writeFileSync(path, mended(readFileSync(path, 'utf8')));
}
