/**
 * Corrects what the bundler of declarations gets wrong.
 *
 * Namespaces: it takes every member of a namespace (`optimizers`, `callbacks`, …) that comes from a shared file for a
 * value, so that interfaces and classes cannot be used as types. Members are replaced by the declarations they refer
 * to.
 *
 * Augmentations: `declare module '../tensor/tensor.js'` adds the ops to `Tensor` as methods, and the bundle has no such
 * module. The interface moves into the file that declares the class, where it merges with it.
 *
 * `Symbol.dispose`: a project whose `lib` is es2022 lacks its type, so files that declare it refer to the library that
 * has it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const NAMESPACE = /(?<=^declare namespace ([\w$]+) \{\n {2}export \{).*(?=\};\n\})/gm;

/**
 * `declare const index_Adam: typeof Adam;` and `type index_AdamOptions = AdamOptions;` of the `declare namespace
 * index`.
 */
const placeholder = (prefix: string): RegExp =>
  new RegExp(`^(?:declare const|type) (${prefix}\\w+)(?:<.*>)?(?:: typeof| =) ([\\w$]+)(?:<.*>)?;\\n`, 'gm');

/** @throws Error naming a member that is in neither form */
function withNamespaceMembers(text: string): string {
  const prefixes = [...text.matchAll(NAMESPACE)].map(([, name]) => `${name.replaceAll('$', '\\$')}_`);
  const targets = new Map<string, string>();
  let without = text;
  for (const prefix of prefixes) {
    without = without.replace(placeholder(prefix), (_, name: string, target: string) => {
      targets.set(name, target);
      return '';
    });
  }
  const members = (list: string) => list.replace(/[\w$]+(?= as )/g, (name) => targets.get(name) ?? name);
  const whole = without.replace(NAMESPACE, members);
  // Comments may have such a name in a text: `io_u`, a metric.
  const code = whole.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const left = prefixes.length > 0 && new RegExp(`(?<![\\w$])(?:${prefixes.join('|')})\\w+`).exec(code);
  if (left) throw new Error(`${left[0]}: unexpected form of a namespace member`);
  return whole;
}

/** `declare module '…' { interface Tensor<D extends DType> extends ChainedOps {} }` */
const AUGMENTATION = /^declare module '[^']*' \{\s*interface ((\w+)(?:<.*>)? extends (\w+)) \{\s*\}\s*\}\n/m;

/**
 * Move each augmentation to the class that it augments.
 * @throws Error when there is no such class, or no augmentation at all
 */
function withMergedInterfaces(texts: ReadonlyMap<string, string>): Map<string, string> {
  const merged = new Map(texts);
  let count = 0;
  for (const [file, text] of texts) {
    const found = AUGMENTATION.exec(text);
    if (!found) continue;
    const [block, heading, augmented, added] = found;
    const home = [...texts.keys()].find((name) =>
      new RegExp(`^declare (?:abstract )?class ${augmented}[<\\s]`, 'm').test(texts.get(name)!),
    );
    if (!home) throw new Error(`${file}: no file declares the class ${augmented}`);
    merged.set(file, merged.get(file)!.replace(block, ''));
    let addition = `interface ${heading} {}\n`;
    if (home !== file) {
      const from = file.replace(/\.d\.(c?)ts$/, '.$1js');
      addition = `import type { ${added} } from './${from}';\n${addition}`;
      merged.set(file, `${merged.get(file)}\nexport type { ${added} };\n`);
    }
    merged.set(home, `${merged.get(home)}\n${addition}`);
    count++;
  }
  if (count === 0) throw new Error('the methods of Tensor are not among the declarations');
  return merged;
}

/** Refer to the types of `Symbol.dispose` where it is declared. */
const withDisposable = (text: string): string =>
  /\[Symbol\.(?:asyncD|d)ispose\]/.test(text) ? `/// <reference lib="esnext.disposable" />\n${text}` : text;

const folder = new URL('../dist/', import.meta.url);
// Declarations for ES modules and for CommonJS refer only to files of the same kind.
for (const ending of ['.d.ts', '.d.cts']) {
  const files = readdirSync(folder).filter((name) => name.endsWith(ending));
  const texts = new Map(files.map((name) => [name, withNamespaceMembers(readFileSync(new URL(name, folder), 'utf8'))]));
  for (const [name, text] of withMergedInterfaces(texts)) writeFileSync(new URL(name, folder), withDisposable(text));
}
