import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import '../../../src/backends/default.js';
import { loadModel } from '../../../src/io/load.js';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A program that is killed: its first start, how it is continued, and what it leaves when it is done. */
export interface Target {
  readonly name: string;
  /** The file whose presence says that there is something to continue. */
  readonly stateFile: string;
  /** Its arguments, for a folder where nothing was written yet. */
  start(folder: string): readonly string[];
  resume(folder: string): readonly string[];
  /** Weights and history; null while it is not done. */
  result(folder: string, printed: string): Promise<string | null>;
}

export interface Programs {
  readonly nabla: string;
  readonly fit: string;
  /** Loaded into the others before they start. */
  readonly kill: string;
}

/** Bundle the programs to a folder from which they find their packages. */
export async function buildPrograms(folder: string): Promise<Programs> {
  await build({
    entryPoints: {
      nabla: join(root, 'src/cli/main.ts'),
      fit: join(root, 'scripts/campaign/kills/fit-program.ts'),
      kill: join(root, 'scripts/campaign/kills/kill-at-change.ts'),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  return { nabla: join(folder, 'nabla.mjs'), fit: join(folder, 'fit.mjs'), kill: join(folder, 'kill.mjs') };
}

async function modelAndHistory(folder: string): Promise<string> {
  const model = await loadModel(join(folder, 'model.keras'));
  const hash = createHash('sha256').update(readFileSync(join(folder, 'history.json')));
  for (const { variable } of model.weights) hash.update(await variable.data());
  model.dispose();
  return hash.digest('hex');
}

/** @param further arguments of both programs */
export function targetsOf({ nabla, fit }: Programs, further: readonly string[] = []): Target[] {
  const settings = ['--limit', '96', '--test-limit', '20', '--epochs', '2', '--seed', '5'];
  // Every step is saved.
  const often = ['--threads', '1', '--save-every', '0.00001', ...further];
  return [
    {
      name: 'train',
      stateFile: 'resume.json',
      start: (folder) => [nabla, 'train', '--out', folder, ...settings, ...often],
      resume: (folder) => [nabla, 'train', '--resume', folder, ...often],
      result: async (folder) => (existsSync(join(folder, 'report.html')) ? modelAndHistory(folder) : null),
    },
    {
      name: 'fit',
      stateFile: 'backup/backup.json',
      start: (folder) => [fit, folder, ...further],
      resume: (folder) => [fit, folder, ...further],
      result: async (_, printed) => /^RESULT (.*)$/m.exec(printed)?.[1] ?? null,
    },
  ];
}
