/*
 * Loaded into a program before it starts: the process kills itself before, or after, the n-th change of a file's name
 * or contents in a run's folder. NABLA_KILL_AT is n, counted from 0, with `before` or `after`; without it the changes
 * are counted, and the number is written to NABLA_KILL_COUNT when the program ends. Each state that was written is
 * printed: from then on a run can be continued, until it is removed when all is done.
 */
import { writeFileSync, writeSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [at, when] = (process.env.NABLA_KILL_AT ?? '').split(' ');
const countPath = process.env.NABLA_KILL_COUNT;
const wanted = at === '' ? -1 : Number(at);
let changes = 0;

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
};

type Change = (...args: unknown[]) => Promise<unknown>;
const functions = files as unknown as Record<string, Change>;
for (const name of ['rename', 'link', 'rm']) {
  const original = functions[name];
  functions[name] = async (...args) => {
    const isWanted = changes++ === wanted;
    if (isWanted && when === 'before') die();
    const result = await original(...args);
    const isState = (path: unknown) => /(resume|backup)\.json$/.test(String(path));
    if (name === 'rename' && isState(args[1])) writeSync(2, 'STATE SAVED\n');
    if (name === 'rm' && isState(args[0])) writeSync(2, 'STATE REMOVED\n');
    if (isWanted) die();
    return result;
  };
}
// Imports by name see the replaced functions too.
syncBuiltinESMExports();
process.on('exit', () => {
  if (countPath) writeFileSync(countPath, String(changes));
});
