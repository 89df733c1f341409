/**
 * Kills runs, continues them, and compares their weights and history with those of a run that was left alone: to the
 * bit. `npm run campaign -- kills --count 200 --seed 1`: at every change of a file, and at random moments until there
 * were so many kills.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import '../../src/backends/default.js';
import { uniform } from '../../src/base/philox.js';
import { loadModel } from '../../src/io/load.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A program that is killed: its first start, how it is continued, and what it leaves when it is done. */
interface Target {
  readonly name: string;
  start(folder: string): readonly string[];
  /** null when nothing was written yet, so that it starts anew. */
  resume(folder: string): readonly string[] | null;
  /** Weights and history; null while it is not done. */
  result(folder: string, printed: string): Promise<string | null>;
}

/** When a process is killed: after so many milliseconds, by a signal; or at a change of a file. */
type Kill = { readonly after: number; readonly signal: NodeJS.Signals } | { readonly at: string };

export interface KillFigures {
  readonly killed: number;
  /** Runs that were continued, and those whose results differ. */
  readonly runs: number;
  readonly wrong: readonly string[];
}

async function programs(folder: string): Promise<{ nabla: string; fit: string; kill: string }> {
  const entries = {
    nabla: join(root, 'src/cli/main.ts'),
    fit: join(root, 'scripts/campaign/fit-program.ts'),
    kill: join(root, 'scripts/campaign/kill-at-change.ts'),
  };
  await build({
    entryPoints: entries,
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

function targets({ nabla, fit }: { nabla: string; fit: string }): Target[] {
  const settings = ['--limit', '96', '--test-limit', '20', '--epochs', '2', '--seed', '5', '--threads', '1'];
  // Every step is saved.
  const often = ['--save-every', '0.00001'];
  return [
    {
      name: 'train',
      start: (folder) => [nabla, 'train', '--out', folder, ...settings, ...often],
      resume: (folder) =>
        existsSync(join(folder, 'resume.json'))
          ? [nabla, 'train', '--resume', folder, '--threads', '1', ...often]
          : null,
      async result(folder) {
        if (!existsSync(join(folder, 'report.html'))) return null;
        const model = await loadModel(join(folder, 'model.keras'));
        const hash = createHash('sha256').update(readFileSync(join(folder, 'history.json')));
        for (const { variable } of model.weights) hash.update(await variable.data());
        model.dispose();
        return hash.digest('hex');
      },
    },
    {
      name: 'fit with backupAndRestore',
      start: (folder) => [fit, folder],
      resume: (folder) => [fit, folder],
      result: async (_, printed) => /^RESULT (.*)$/m.exec(printed)?.[1] ?? null,
    },
  ];
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
  readonly milliseconds: number;
}

async function runProcess(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  preload: string,
  kill?: Kill,
): Promise<Ended> {
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, ['--import', preload, ...args], {
    cwd: root,
    env: { ...process.env, ...environment, ...(kill && 'at' in kill ? { NABLA_KILL_AT: kill.at } : {}) },
  });
  let printed = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, signal) => resolve([code, signal])),
  );
  if (kill && 'after' in kill) {
    await Promise.race([pause(kill.after), ended]);
    child.kill(kill.signal);
  }
  const [code, signal] = await ended;
  return { code, signal, printed, milliseconds: performance.now() - began };
}

export interface KillOptions {
  /** Kills at random moments, half of each program. */
  readonly count: number;
  readonly seed: number;
  /** Take each so-manieth change of a file; 1 takes all. */
  readonly every: number;
  readonly report: (line: string) => void;
}

/** Kill both programs before and after changes of files, and at random moments. */
export async function kills({ count, seed, every, report }: KillOptions): Promise<KillFigures> {
  const work = mkdtempSync(join(tmpdir(), 'nabla-kills-'));
  // The programs find their packages from here.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const bundles = mkdtempSync(join(root, '.cache/kills-'));
  let draws = 0;
  const random = () => uniform(seed, draws++);
  let killed = 0;
  let runs = 0;
  const wrong: string[] = [];
  try {
    const built = await programs(bundles);
    for (const target of targets(built)) {
      const countPath = join(work, 'count');
      const whole = join(work, `${runs}-whole`);
      const alone = await runProcess(target.start(whole), { NABLA_KILL_COUNT: countPath }, built.kill);
      const expected = await target.result(whole, alone.printed);
      if (expected === null) throw new Error(`${target.name} does not run: ${alone.printed}`);

      /** Starts a run, kills it as often as there are kills, and lets it end. */
      const trial = async (name: string, planned: readonly Kill[]) => {
        runs++;
        const folder = join(work, `${runs}`);
        let printed = '';
        for (let attempt = 0; ; attempt++) {
          const args = target.resume(folder) ?? target.start(folder);
          const ended = await runProcess(args, {}, built.kill, planned[attempt]);
          printed = ended.printed;
          if (ended.signal !== null || (ended.code === 0 && printed.includes('continue with'))) killed++;
          if ((await target.result(folder, printed)) !== null) break;
          if (attempt > planned.length) {
            wrong.push(`${target.name}, ${name}: it does not end: ${printed.slice(-300)}`);
            return;
          }
        }
        const found = await target.result(folder, printed);
        if (found !== expected) wrong.push(`${target.name}, ${name}: other weights or history`);
        rmSync(folder, { recursive: true, force: true });
      };

      const changes = Number(readFileSync(countPath, 'utf8'));
      for (let at = 0; at < changes; at += every) {
        for (const when of ['before', 'after']) await trial(`${when} change ${at}`, [{ at: `${at} ${when}` }]);
      }
      const taken = every === 1 ? 'each' : `one in ${every}`;
      report(`${target.name}: killed before and after ${taken} of ${changes} changes of files`);
      for (const goal = killed + Math.ceil(count / 2); killed < goal; ) {
        const planned = Array.from({ length: 1 + Math.floor(random() * 3) }, (): Kill => {
          const signal = SIGNALS[Math.floor(random() * SIGNALS.length)];
          return { after: random() * alone.milliseconds, signal };
        });
        await trial(JSON.stringify(planned), planned);
      }
      report(`${target.name}: ${killed} kills, ${runs} runs, ${wrong.length} of them wrong, so far`);
    }
    return { killed, runs, wrong };
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(bundles, { recursive: true, force: true });
  }
}
