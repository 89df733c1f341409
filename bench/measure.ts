import { setTimeout } from 'node:timers/promises';
import { Contestant, type Library } from './contestant.js';
import { onnxFile } from './onnx.js';
import { isModelRun, type Workload } from './workloads.js';

export interface Effort {
  readonly rounds: number;
  /** Of each contestant in each round, in ms. */
  readonly budget: number;
}

/** What a contestant achieved at a workload. */
export interface Result {
  readonly contestant: Contestant;
  /** Median of each round, in ms. */
  readonly rounds: readonly number[];
  /** In MiB. */
  readonly peakMemory: number | null;
}

/**
 * Before the first round, in ms, where one run is short, and where it is long. V8 has compiled a training step, which
 * is most of the library, with its last compiler after 2,000 steps of LeNet-5; until then the compiler's threads take a
 * fifth of a core, and one step in ten waits for them.
 */
const WARM_UP = { short: 7000, long: 2000 };
const SHORT_RUN = 20;

/** Between turns, in ms: until threads that wait actively for work have fallen asleep, those of OpenMP and ours. */
const PAUSE = 50;

/** A contestant is left out when it is not ready after so long, or when one run takes longer, in ms. */
const PATIENCE = { ready: 45_000, run: 8000 };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Starts a contestant and lets it carry out the workload until it is warm; null when it cannot. */
async function prepared(library: Library, work: Workload): Promise<Contestant | null> {
  const contestant = await Contestant.start(library);
  if (!contestant) {
    console.error(`${library.name}: does not start here, left out`);
    return null;
  }
  const reason = await warmUp(contestant, work);
  if (reason === null) return contestant;
  console.error(`${contestant.name}: left out, ${reason}`);
  contestant.close();
  return null;
}

/** To a workload; without `ready` none came. */
type Answer = { readonly ready?: boolean; readonly reason?: string };

/** Why the contestant cannot be measured, or null. */
async function warmUp(contestant: Contestant, work: Workload): Promise<string | null> {
  const patience = new AbortController();
  const tooLong = setTimeout(PATIENCE.ready, {}, { signal: patience.signal }).catch(() => ({}));
  const answer: Answer = await Promise.race([contestant.ask({ prepare: work }), tooLong]);
  patience.abort();
  if (answer.ready === undefined) return `not ready after ${PATIENCE.ready / 1000} s`;
  if (!answer.ready) return answer.reason ?? 'it has no such kernel';
  // Worker threads may start during the first ops.
  await setTimeout(PAUSE);
  const [time] = await contestant.measure(0);
  if (time > PATIENCE.run) return `one run takes ${(time / 1000).toFixed(1)} s`;
  await contestant.measure(time > SHORT_RUN ? WARM_UP.long : isModelRun(work) ? WARM_UP.short : 500);
  return null;
}

/**
 * All libraries that can do a workload, each in a process of its own, in turns: one computes while the others sleep.
 */
export async function measure(libraries: readonly Library[], given: Workload, effort: Effort): Promise<Result[]> {
  const onnx = given.kind === 'predict' && libraries.some(({ needsOnnx }) => needsOnnx) ? await onnxFile(given) : null;
  const work = { ...given, onnx };
  const contestants: Contestant[] = [];
  for (const library of libraries) {
    if (!library.does(given) || (library.needsOnnx && given.kind === 'predict' && !onnx)) continue;
    const contestant = await prepared(library, work);
    if (contestant) contestants.push(contestant);
  }
  const times = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const [contestant, medians] of times) {
      await setTimeout(PAUSE);
      medians.push(median(await contestant.measure(effort.budget)));
    }
  }
  const results: Result[] = [];
  for (const [contestant, rounds] of times) {
    results.push({ contestant, rounds, peakMemory: await contestant.peakMemory() });
    contestant.close();
  }
  return results;
}
