import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));

const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: root,
  entryNames: 'page',
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'error',
  // Without the project's own, which finds `nabla` among the sources.
  tsconfigRaw: {},
} as const satisfies BuildOptions;

export interface Bundle {
  /** The page's own script. */
  readonly script: string;
  /** That and the chunks it may load, by their paths on the page's server. */
  readonly files: Readonly<Record<string, string>>;
  /** What loads before the page's first line runs: the script and the chunks that it imports at once. */
  readonly first: Size;
}

export interface Size {
  readonly bytes: number;
  readonly gzipped: number;
}

/** A page's script with the built package, as an application's bundler makes it. @param splitting whether dynamic imports are chunks */
export async function bundle(contents: string, splitting = true): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    splitting,
    stdin: { contents, resolveDir: root, sourcefile: 'page.js' },
  });
  const files = Object.fromEntries(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
  const loaded = [...importedAtOnce(metafile, 'page.js')].map((name) => Buffer.from(files[`/${name}`]));
  return {
    script: files['/page.js'],
    files,
    first: {
      bytes: loaded.reduce((sum, { length }) => sum + length, 0),
      gzipped: loaded.reduce((sum, script) => sum + gzipSync(script).length, 0),
    },
  };
}

function importedAtOnce({ outputs }: Metafile, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { path, kind } of outputs[name].imports) {
    if (kind === 'import-statement') importedAtOnce({ inputs: {}, outputs }, path, found);
  }
  return found;
}
