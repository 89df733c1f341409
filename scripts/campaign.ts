import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';

/*
 * Reads mutated and forged model files: npm run campaign -- --files 10000. Each must be read, or refused by an error
 * that names it; none may crash, hang, take much memory, or leave anything behind. The readers run in a process of
 * their own, under a limit of memory.
 */

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected an integer ≥ 0');
  return value;
}

interface Flags {
  readonly files: number;
  readonly failing: number;
  readonly seed: number;
  readonly memory: number;
}

function run({ files, failing, seed, memory }: Flags): void {
  const script = fileURLToPath(new URL('./campaign/run.ts', import.meta.url));
  const loader = fileURLToPath(import.meta.resolve('tsx'));
  const node = [process.execPath, '--import', loader, script, files, failing, seed]
    .map((part) => `'${part}'`)
    .join(' ');
  // RLIMIT_DATA counts what a process takes, not what V8 reserves.
  const { status, signal } = spawnSync('bash', ['-c', `ulimit -d ${memory * 1024}; exec ${node}`], {
    stdio: 'inherit',
  });
  if (signal) console.log(`the readers were ended by ${signal}`);
  process.exit(status ?? 1);
}

interface KillFlags {
  readonly count: number;
  readonly seed: number;
  readonly every: number;
  readonly record?: string;
}

async function killRuns(flags: KillFlags): Promise<void> {
  const { kills, summaryOf } = await import('./campaign/kills/kills.js');
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const results = await kills({ ...flags, report: console.log, signal: interrupted.signal });
  for (const target of new Set(results.map((result) => result.target))) {
    console.log(`${target}: ${summaryOf(results.filter((result) => result.target === target))}`);
  }
  if (interrupted.signal.aborted) console.log('interrupted; with --record FILE a campaign can be continued');
  const isClean = results.every(({ outcome }) => outcome === 'equal');
  process.exitCode = isClean && !interrupted.signal.aborted ? 0 : 1;
}

async function killRanks(flags: { count: number; ranks: number; seed: number }): Promise<void> {
  const { killRanks: kill } = await import('./campaign/kills/rank-kills.js');
  const { killed, seconds, wrong } = await kill({ ...flags, report: console.log });
  const sorted = [...seconds].sort((a, b) => a - b);
  const [median, longest] = [sorted[sorted.length >> 1], sorted.at(-1)!].map((value) => value.toFixed(2));
  console.log(`${killed} ranks killed; all ended after ${median} s (median), ${longest} s (longest)`);
  console.log(`each run continued and compared: ${wrong.length} faults`);
  for (const fault of wrong) console.error(fault);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

const campaign = new Command('campaign')
  .enablePositionalOptions()
  .description('Read mutated and forged model files.')
  .option('--files <count>', 'mutated files of each kind', count, 300)
  .option('--failing <count>', 'failing loads before a good one', count, 500)
  .option('--seed <seed>', 'of the mutations', count, 1)
  .option('--memory <MiB>', 'what the readers may take', count, 2048)
  .action(run);
campaign
  .command('kills')
  .description('Kill training runs, continue them, and compare weights and history with a run that was left alone.')
  .option('--count <count>', 'kills at random moments', count, 20)
  .option('--seed <seed>', 'of the moments', count, 1)
  .option('--every <n>', 'take one in so many changes of files', count, 1)
  .option('--record <file>', 'keep each trial in a file, and continue there')
  .action(killRuns);
campaign
  .command('mpi')
  .description('Kill a rank of distributed runs, continue them, and compare with runs that were left alone.')
  .option('--count <count>', 'kills at random moments', count, 20)
  .option('--ranks <count>', 'processes of a run', count, 3)
  .option('--seed <seed>', 'of the moments', count, 1)
  .action(killRanks);
await campaign.parseAsync();
