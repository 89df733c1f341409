import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Bundle, bundle } from '../bundle.js';

/** Bundle an ES module with the built package, in one file or with chunks. @param path relative to this folder */
export const bundleFile = (path: string, splitting = true): Promise<Bundle> => {
  const file = new URL(path, import.meta.url);
  return bundle(readFileSync(file, 'utf8'), splitting, new URL('./', file));
};

/** Takes `nabla` and `nabla/images` from the page's global, which `dist/nabla.min.js` makes. */
const nablaIsGlobal: Plugin = {
  name: 'nabla-is-global',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^nabla(\/images)?$/ }, ({ path }) => ({ path: path.replace('/', '.'), namespace: 'global' }));
    onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => ({ contents: `module.exports = ${path}` }));
  },
};

/**
 * Bundle a script that is not a module.
 * @param path relative to this folder
 * @param nablaFrom the page's global; or the built package, as a part of the script, in UTF-8
 */
export async function bundleScript(path: string, nablaFrom: 'global' | 'package'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    charset: nablaFrom === 'global' ? 'ascii' : 'utf8',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    tsconfigRaw: {},
    plugins: nablaFrom === 'global' ? [nablaIsGlobal] : [],
  });
  return outputFiles[0].text;
}
