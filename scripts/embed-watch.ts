/**
 * Bundles the page that shows runs, and its server as the script of a thread, and embeds both as TypeScript modules.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const folder = fileURLToPath(new URL('../src/watch/', import.meta.url));
const generated = join(folder, 'generated');

const bundled = async (entry: string, options: BuildOptions): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    minify: true,
    charset: 'utf8',
    target: 'es2022',
    legalComments: 'inline',
    logLevel: 'error',
    ...options,
    write: false,
  });
  return outputFiles[0].text;
};

/** Write a module, only when it has changed. */
function embed(name: string, exports: string): void {
  const text = `// Written by scripts/embed-watch.ts.\n${exports}`;
  const path = join(generated, `${name}.ts`);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(generated, { recursive: true });
  writeFileSync(path, text);
}

/** @throws Error naming a package of the page that is not installed yet */
function assertInstalled(...names: readonly string[]): void {
  const { resolve } = createRequire(import.meta.url);
  for (const name of names) {
    try {
      resolve(name);
    } catch {
      throw new Error(`${name} is not installed, the page of nabla watch needs it: npm install`);
    }
  }
}

export async function embedWatch(): Promise<void> {
  assertInstalled('preact', 'uplot');
  const script = await bundled('page/main.tsx', {
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  // Within a script element, its end must not occur.
  const safe = script.replaceAll('</script', '<\\/script');
  const style = await bundled('page/style/index.css', { loader: { '.css': 'css' } });
  embed('page', `export const script = ${JSON.stringify(safe)};\nexport const style = ${JSON.stringify(style)};\n`);
  // A classic script, as Node evaluates it; one that waits for the server.
  const server = await bundled('server/thread.ts', { format: 'cjs', platform: 'node' });
  embed('server', `export default ${JSON.stringify(server)};\n`);
}
