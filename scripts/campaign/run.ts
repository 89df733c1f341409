import '../../src/backends/default.js';
import '../../src/ops/methods.js';
import { setBackend } from '../../src/backends/registry.js';
import { FormatError } from '../../src/base/errors.js';
import { memory } from '../../src/tensor/scope.js';
import { tryForgeries } from './forgeries.js';
import { MUTATIONS, randomFrom } from './mutations.js';
import { pictureSubjects } from './pictures.js';
import { emptyTally, printTallies, type Tally } from './report.js';
import { modelSubjects, type Subject } from './subjects.js';

/* The process that reads mutated and forged files. scripts/campaign.ts starts it under a memory limit. */

/** A reader that takes longer hangs. */
const SLOW = 10_000;

const [files, failing, seed] = process.argv.slice(2).map(Number);
await setBackend('cpu');
// Files that are damaged mildly load with warnings about the optimizer.
console.warn = () => {};
const tallies = new Map<string, Tally>();
const subjects = [...(await modelSubjects()), ...pictureSubjects()];
const began = memory();
for (const subject of subjects) tallies.set(subject.name, await mutate(subject, files));
tallies.set('forged claims', await tryForgeries());
tallies.set('failing loads, then a good one', await failThenLoad(subjects[0], failing));
const { rss } = process.memoryUsage();
const after = memory();
if (after.numTensors !== began.numTensors) {
  tallies.get('forged claims')!.faults.push(`${after.numTensors - began.numTensors} tensors are left`);
}
const faults = printTallies(tallies);
console.log(`seed ${seed}, ${(rss / 2 ** 20).toFixed(0)} MiB resident at the end`);
process.exit(faults > 0 ? 1 : 0);

/** Reads a file; counts what became of it. */
async function attempt(tally: Tally, subject: Subject, bytes: Uint8Array, label: string): Promise<void> {
  tally.tried++;
  const start = performance.now();
  try {
    await subject.read(bytes);
    tally.survived++;
  } catch (error) {
    const named = error instanceof FormatError && /subject\.|w\.bin/.test(error.message);
    if (named) tally.refused++;
    else tally.faults.push(`${label}: ${(error as Error).stack ?? error}`);
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > SLOW) tally.faults.push(`${label}: took ${(milliseconds / 1000).toFixed(1)} s`);
}

async function mutate(subject: Subject, count: number): Promise<Tally> {
  const tally = emptyTally();
  const names = Object.keys(MUTATIONS);
  for (let index = 0; index < count; index++) {
    const name = names[index % names.length];
    const bytes = MUTATIONS[name](subject.bytes, randomFrom(seed, index));
    await attempt(tally, subject, bytes, `${subject.name}, ${name}, seed ${seed}, file ${index}`);
  }
  return tally;
}

/** Errors of a reader must leave nothing behind: the whole file loads after any number of them. */
async function failThenLoad(subject: Subject, count: number): Promise<Tally> {
  const tally = emptyTally();
  for (let index = 0; index < count; index++) {
    const bytes = MUTATIONS['cut short'](subject.bytes, randomFrom(seed + 1, index));
    await attempt(tally, subject, bytes, `${subject.name}, cut short, seed ${seed + 1}, file ${index}`);
  }
  await attempt(tally, subject, subject.bytes, 'the whole file');
  if (tally.survived === 0) tally.faults.push('the whole file does not load');
  return tally;
}
