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
  // The project's tsconfig.json maps `nabla` to the sources; bundles are made of the built package.
  tsconfigRaw: {},
} as const satisfies BuildOptions;

export interface Bundle {
  /** The page's entry script. */
  readonly script: string;
  /** The entry script and its chunks, by path on the page's server. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * Size of everything that loads before the page's first line runs: the script and the chunks it imports statically.
   */
  readonly first: Size;
}

export interface Size {
  readonly bytes: number;
  readonly gzipped: number;
}

/**
 * Bundle a page's script with the built package, as an application would.
 * @param splitting put dynamic imports into chunks
 * @param folder what the script's imports are relative to
 */
export async function bundle(contents: string, splitting = true, folder = new URL(`file://${root}`)): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    splitting,
    stdin: { contents, resolveDir: fileURLToPath(folder), sourcefile: 'page.ts', loader: 'ts' },
  });
  const files = Object.fromEntries(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
  const loaded = [...staticImports(metafile, 'page.js')].map((name) => Buffer.from(files[`/${name}`]));
  return {
    script: files['/page.js'],
    files,
    first: {
      bytes: loaded.reduce((sum, { length }) => sum + length, 0),
      gzipped: loaded.reduce((sum, script) => sum + gzipSync(script).length, 0),
    },
  };
}

function staticImports({ outputs }: Metafile, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { path, kind } of outputs[name].imports) {
    if (kind === 'import-statement') staticImports({ inputs: {}, outputs }, path, found);
  }
  return found;
}
