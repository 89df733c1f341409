/** nabla as a contestant: a process that answers like every peer's, see `contestant.ts`. */
import { createInterface } from 'node:readline';
import { useTurbo } from '../../src/cli/turbo.js';
import { backendInfo, setThreads } from '../../src/index.js';
import { type Run, runOf } from './workload.js';

const say = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function timesOf(run: Run, budgetMs: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  while (times.length === 0 || performance.now() < end) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

// Standard output is for answers alone.
console.log = console.info = console.error;
const [threads, turbo] = process.argv.slice(2);
useTurbo(turbo === 'turbo' ? 'default' : 'never');
setThreads(Number(threads));
say({ version: process.version, ...backendInfo() });
let run: Run = () => {};
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.prepare) {
    run = runOf(question.prepare);
    await run();
    say({ ready: true, ...backendInfo() });
  } else {
    say({ times: await timesOf(run, question.measure) });
  }
}
