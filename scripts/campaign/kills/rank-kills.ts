/**
 * Kills one rank of a distributed run at a random moment, continues the run, and compares its weights and history with
 * those of a run that was left alone: to the bit. `npm run campaign -- mpi --count 20 --seed 1`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { uniform } from '../../../src/base/philox.js';
import { CROWDED, installedLaunchers, type Launcher } from './launchers.js';
import { buildPrograms, root, type Target, targetsOf } from './targets.js';

/** Seconds within which all ranks must have ended. */
const LIMIT = 10;

export interface RankKillOptions {
  /** Kills, dealt out over programs and launchers. */
  readonly count: number;
  readonly ranks: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface RankKillFigures {
  readonly killed: number;
  /** Seconds from each kill until every process had ended. */
  readonly seconds: readonly number[];
  readonly wrong: readonly string[];
}

/** The fraction of a run's time, and the rank. */
interface Kill {
  readonly after: number;
  readonly rank: number;
}

interface Ended {
  readonly code: number | null;
  readonly printed: string;
  /** From the moment when the ranks are known. */
  readonly milliseconds: number;
  /** Process numbers of the ranks, in their order. */
  readonly ranks: readonly number[];
  /** Seconds from the kill to the end of all processes; null where the run had ended before. */
  readonly dying: number | null;
}

const RANK = /^ {2}rank (\d+): process (\d+) on /gm;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function launch({ command }: Launcher, ranks: number, args: readonly string[], kill?: Kill): Promise<Ended> {
  const child = spawn(command, ['-n', String(ranks), process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, ...CROWDED },
  });
  let printed = '';
  let known: readonly number[] = [];
  let began = 0;
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listed = new Promise<void>((resolve) => {
    const listen = (text: string) => {
      printed += text;
      if (known.length > 0) return;
      const found = [...printed.matchAll(RANK)].map(([, , pid]) => Number(pid));
      if (found.length < ranks) return;
      known = found;
      began = performance.now();
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
  });
  await Promise.race([listed, closed]);
  let killedAt: number | null = null;
  if (kill) {
    await Promise.race([pause(kill.after), closed]);
    if (child.exitCode === null && isAlive(known[kill.rank])) {
      killedAt = performance.now();
      process.kill(known[kill.rank], 'SIGKILL');
    }
  }
  const code = await closed;
  while (known.some(isAlive)) await pause(10);
  const ended = performance.now();
  const dying = killedAt === null || code === 0 ? null : (ended - killedAt) / 1000;
  return { code, printed, milliseconds: ended - began, ranks: known, dying };
}

/**
 * Whether a launcher's message tells who died. Open MPI gives the rank. MPICH gives the process number of one rank,
 * which need not be the one that died first, as it kills the others at once.
 */
const names = (printed: string, rank: number, pids: readonly number[]): boolean =>
  new RegExp(`process rank ${rank} .*exited on signal 9|PID (${pids.join('|')}) RUNNING AT .*EXIT CODE: 9`, 's').test(
    printed,
  );

/** Kill ranks of both programs under every launcher that is installed. */
export async function killRanks({ count, ranks, seed, report }: RankKillOptions): Promise<RankKillFigures> {
  const launchers = installedLaunchers();
  if (launchers.length === 0) throw new Error('no MPI launcher is installed');
  const work = mkdtempSync(join(tmpdir(), 'nabla-ranks-'));
  // The programs find their packages from here.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const bundles = mkdtempSync(join(root, '.cache/ranks-'));
  let draws = 0;
  const random = () => uniform(seed, draws++);
  const seconds: number[] = [];
  const wrong: string[] = [];
  try {
    const built = await buildPrograms(bundles);
    const pairs = launchers.flatMap((launcher) =>
      targetsOf(built, ['--distribute']).map((target): [Launcher, Target] => [launcher, target]),
    );
    for (const [index, [launcher, target]] of pairs.entries()) {
      const name = `${launcher.name}, ${ranks} ranks, ${target.name}`;
      const whole = join(work, `${index}-whole`);
      const alone = await launch(launcher, ranks, target.start(whole));
      const expected = await target.result(whole, alone.printed);
      if (expected === null) throw new Error(`${name} does not run: ${alone.printed}`);
      const goal = Math.floor((count * (index + 1)) / pairs.length);
      for (let trial = 0; seconds.length < goal; trial++) {
        const folder = join(work, `${index}-${trial}`);
        const kill = { after: random() * alone.milliseconds, rank: Math.floor(random() * ranks) };
        const place = `${name}: rank ${kill.rank} after ${kill.after.toFixed(0)} ms`;
        let ended = await launch(launcher, ranks, target.start(folder), kill);
        if (ended.dying !== null) {
          seconds.push(ended.dying);
          if (ended.dying > LIMIT) wrong.push(`${place}: ended after ${ended.dying.toFixed(1)} s`);
          if (!names(ended.printed, kill.rank, ended.ranks)) {
            wrong.push(`${place}: not named in ${ended.printed.slice(-800)}`);
          }
          const hasState = existsSync(join(folder, target.stateFile));
          ended = await launch(launcher, ranks, hasState ? target.resume(folder) : target.start(folder));
        }
        const found = await target.result(folder, ended.printed);
        if (found === null) wrong.push(`${place}: does not continue: ${ended.printed.slice(-800)}`);
        else if (found !== expected) wrong.push(`${place}: other weights or history`);
        rmSync(folder, { recursive: true, force: true });
      }
      report(`${name}: ${seconds.length} kills so far, ${wrong.length} faults`);
    }
    return { killed: seconds.length, seconds, wrong };
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(bundles, { recursive: true, force: true });
  }
}
