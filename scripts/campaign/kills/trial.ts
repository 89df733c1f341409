import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Kill, runProcess } from './run-process.js';
import type { Target } from './targets.js';

/** What became of a run that was killed. All but `equal` are faults. */
export const OUTCOMES = ['equal', 'wrong', 'lost', 'hung', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface TrialResult {
  readonly target: string;
  /** How it was killed; with the seed, enough to repeat it. */
  readonly name: string;
  /** Kills that came before the run had ended. */
  readonly kills: number;
  readonly outcome: Outcome;
  /** What a fault printed. */
  readonly printed?: string;
}

/** Printed by `kill-at-change` when a state was written, and when it was removed: training had ended. */
const [SAVED, REMOVED] = ['STATE SAVED', 'STATE REMOVED'];

/**
 * Start a run, kill it as planned, continue it until it ends, and compare its weights and history.
 * - `wrong`: they are others;
 * - `lost`: a state had been written, and none is there to continue;
 * - `hung`: a process does not end, or the run does not;
 * - `failed`: a process ends by itself, by an error.
 */
export async function tryKills(
  target: Target,
  preload: string,
  folder: string,
  plan: { readonly name: string; readonly kills: readonly Kill[] },
  expected: string,
): Promise<TrialResult> {
  let kills = 0;
  let saved = false;
  const result = (outcome: Outcome, printed?: string): TrialResult => ({
    target: target.name,
    name: plan.name,
    kills,
    outcome,
    ...(outcome === 'equal' ? {} : { printed: printed?.slice(-500) }),
  });
  try {
    for (let attempt = 0; attempt <= plan.kills.length; attempt++) {
      const hasState = existsSync(join(folder, target.stateFile));
      if (saved && !hasState) return result('lost');
      const args = hasState ? target.resume(folder) : target.start(folder);
      const ended = await runProcess(args, preload, { kill: plan.kills[attempt] });
      const { code, signal, printed } = ended;
      if (ended.hung) return result('hung', printed);
      const [lastSaved, lastRemoved] = [printed.lastIndexOf(SAVED), printed.lastIndexOf(REMOVED)];
      if (lastSaved >= 0 || lastRemoved >= 0) saved = lastSaved > lastRemoved;
      const wasKilled = signal !== null || (code === 0 && printed.includes('continue with'));
      if (wasKilled) kills++;
      const found = await target.result(folder, printed);
      if (found !== null) return result(found === expected ? 'equal' : 'wrong', printed);
      if (!wasKilled) return result('failed', printed);
    }
    return result('hung', 'it ends neither by itself nor by an error');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
