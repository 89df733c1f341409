/**
 * Kills runs, continues them, and compares their weights and history with those of a run that was left alone: to the
 * bit. `npm run campaign -- kills --count 200 --seed 1`: at every change of a file, and at random moments until there
 * were so many kills.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planAtRandom, plansAtChanges } from './plans.js';
import { TrialRecord } from './record.js';
import { runProcess } from './run-process.js';
import { buildPrograms, root, type Target, targetsOf } from './targets.js';
import { OUTCOMES, type TrialResult, tryKills } from './trial.js';

export interface KillOptions {
  /** Kills at random moments, half of each program. */
  readonly count: number;
  readonly seed: number;
  /** Take one in so many changes of files; 1 takes all. */
  readonly every: number;
  /** Where trials are kept; those that it holds are not repeated. */
  readonly record?: string;
  readonly report: (line: string) => void;
  /** Ends the campaign after a trial. */
  readonly signal?: AbortSignal;
}

/** Trials between two lines of progress. */
const REPORT_EVERY = 10;

const killsOf = (results: readonly TrialResult[]): number => results.reduce((sum, { kills }) => sum + kills, 0);

/** One line: trials, kills and outcomes. */
export function summaryOf(results: readonly TrialResult[]): string {
  const outcomes = OUTCOMES.map((name) => `${results.filter(({ outcome }) => outcome === name).length} ${name}`);
  return `${results.length} runs, ${killsOf(results)} kills: ${outcomes.join(', ')}`;
}

/** Kill both programs before and after changes of files, and at random moments. */
export async function kills({ count, seed, every, record: path, report, signal }: KillOptions): Promise<TrialResult[]> {
  const record = new TrialRecord(path, seed);
  const work = mkdtempSync(join(tmpdir(), 'nabla-kills-'));
  // The programs find their packages from here.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const bundles = mkdtempSync(join(root, '.cache/kills-'));
  try {
    const programs = await buildPrograms(bundles);
    for (const target of targetsOf(programs)) {
      if (signal?.aborted) break;
      const whole = await runWhole(target, programs.kill, work);
      const done = () => record.results.filter((result) => result.target === target.name);
      const attempt = async (plan: Parameters<typeof tryKills>[3]) => {
        if (record.find(target.name, plan.name)) return;
        const result = await tryKills(target, programs.kill, join(work, 'run'), plan, whole.result);
        record.add(result);
        if (result.outcome !== 'equal') report(`FAULT ${JSON.stringify(result)}`);
        if (done().length % REPORT_EVERY === 0) report(`${target.name}: ${summaryOf(done())}`);
      };
      for (const plan of plansAtChanges(whole.changes, every)) if (!signal?.aborted) await attempt(plan);
      const taken = every === 1 ? 'each' : `one in ${every}`;
      if (!signal?.aborted) report(`${target.name}: before and after ${taken} of ${whole.changes} changes of files`);
      const atRandom = () => killsOf(done().filter(({ name }) => name.startsWith('random')));
      for (let index = 0; atRandom() < count / 2 && !signal?.aborted; index++) {
        await attempt(planAtRandom(seed, index, whole.milliseconds));
      }
    }
    return record.results;
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(bundles, { recursive: true, force: true });
  }
}

/** A run that is left alone: its weights and history, its time, and how often it changes files. */
async function runWhole(target: Target, preload: string, work: string) {
  const folder = join(work, 'whole');
  const countPath = join(work, 'count');
  const { printed, milliseconds } = await runProcess(target.start(folder), preload, { countPath });
  const result = await target.result(folder, printed);
  if (result === null) throw new Error(`${target.name} does not run: ${printed}`);
  rmSync(folder, { recursive: true, force: true });
  return { result, milliseconds, changes: Number(readFileSync(countPath, 'utf8')) };
}
