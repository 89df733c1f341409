/** Bundles the script of the threads that decode pictures, and embeds it as a TypeScript module. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../src/images/streaming/', import.meta.url));

/** A classic script: Node evaluates it, browsers load it from a Blob URL. It is written only when it has changed. */
export async function embedDecodeWorker(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'decode-worker.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    write: false,
  });
  const text = `// Written by scripts/embed-decode-worker.ts.\nexport default ${JSON.stringify(outputFiles[0].text)};\n`;
  const path = join(folder, 'generated/decode-worker.ts');
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(join(folder, 'generated'), { recursive: true });
  writeFileSync(path, text);
}
