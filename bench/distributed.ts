/**
 * npx tsx bench/distributed.ts [--steps N] [--json FILE]
 *
 * Times a training step of one process with two threads against two processes of one thread each, over shared memory
 * and over TCP (Open MPI), in turns. Prints the medians and ratios, the time that processes waited for communication
 * against the time that the same sums take alone, the peak memory of a process, and latency and bandwidth of sums.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setBackend } from '../src/backends/registry.js';
import '../src/backends/default.js';
import { mpi, type World } from '../src/mpi/index.js';
import { setSeed, uniformValues } from '../src/tensor/random.js';
import { zoo } from '../src/zoo/index.js';

const { values: flags } = parseArgs({
  options: {
    steps: { type: 'string', default: '40' },
    json: { type: 'string' },
    /** What this process does: the model to train, or `sums`. Empty in the process that starts the others. */
    task: { type: 'string' },
    out: { type: 'string' },
    threads: { type: 'string' },
  },
});

const MODELS: Readonly<Record<string, { batch: number; image: number[]; classes: number; share: number }>> = {
  lenet5: { batch: 256, image: [28, 28, 1], classes: 10, share: 1 },
  resnet50_signs: { batch: 32, image: [64, 64, 3], classes: 6, share: 0.25 },
};

/** Steps before those that are timed. */
const WARM_UP = 8;
/** Bytes of sums, for latency and bandwidth. */
const SIZES = [8, 1024, 65_536, 1_048_576, 16_777_216, 67_108_864];
const ROUNDS = 3;

const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  'shared memory': ['--mca', 'btl', 'vader,self'],
  TCP: ['--mca', 'btl', 'tcp,self'],
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

interface StepFigures {
  readonly ms: number;
  /** Time of a step that this process waited in sums. */
  readonly waited: number;
  /** Time of the same sums one after the other, while nothing else runs. */
  readonly alone: number;
  readonly peak: number;
}

/** Count the time that a step waits in sums, and keep their sizes. */
function watched(world: World): { waited: number; sizes: number[] } {
  const seen = { waited: 0, sizes: [] as number[] };
  const start = world.startAllReduce.bind(world);
  world.startAllReduce = (values, operation) => {
    seen.sizes.push(values.byteLength);
    const reduction = start(values, operation);
    return {
      test: () => reduction.test(),
      wait: () => {
        const began = performance.now();
        reduction.wait();
        seen.waited += performance.now() - began;
      },
    };
  };
  return seen;
}

async function train(name: string): Promise<StepFigures> {
  const world = process.env.OMPI_COMM_WORLD_SIZE ? await mpi() : null;
  await setBackend('wasm', { threads: Number(flags.threads) });
  const { batch, image, classes, share } = MODELS[name];
  setSeed(1);
  const model = zoo[name]();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const steps = Math.round(Number(flags.steps) * share);
  const pixels = image.reduce((product, size) => product * size, 1);
  const x = { values: uniformValues(batch * pixels, 1), shape: [batch, ...image] };
  const y = Int32Array.from({ length: batch }, (_, index) => index % classes);
  const seen = world && watched(world);
  const times: number[] = [];
  const waits: number[] = [];
  let last = 0;
  let sizes: readonly number[] = [];
  // An epoch is a step.
  await model.fit(x, y, {
    batchSize: batch,
    epochs: WARM_UP + steps,
    shuffle: false,
    verbose: 0,
    yieldEvery: 'never',
    distribute: world ?? undefined,
    progress: {
      epochEnd() {
        const now = performance.now();
        if (last > 0) times.push(now - last);
        last = now;
      },
    },
    callbacks: {
      onEpochBegin() {
        if (!seen) return;
        if (seen.sizes.length > 0) sizes = [...seen.sizes];
        waits.push(seen.waited);
        seen.waited = 0;
        seen.sizes.length = 0;
      },
    },
  });
  const alone = world ? sumsAlone(world, world.broadcastText(JSON.stringify(sizes))) : 0;
  return {
    ms: median(times.slice(WARM_UP)),
    waited: waits.length > 0 ? median(waits.slice(WARM_UP)) : 0,
    alone,
    peak: process.resourceUsage().maxRSS / 1024,
  };
}

/** Time the sums of a step one after the other. */
function sumsAlone(world: World, sizes: string): number {
  const arrays = (JSON.parse(sizes) as number[]).map((bytes) => new Float32Array(bytes / 4));
  const rounds = Array.from({ length: 9 }, () => {
    world.barrier();
    const began = performance.now();
    for (const values of arrays) world.allReduce(values);
    return performance.now() - began;
  });
  return median(rounds);
}

/** Milliseconds of sums of several sizes. */
async function sums(): Promise<Record<number, number>> {
  const world = await mpi();
  const times: Record<number, number> = {};
  for (const bytes of SIZES) {
    const values = new Float32Array(bytes / 4);
    const repeats = bytes > 1e6 ? 9 : 101;
    const rounds = Array.from({ length: repeats }, () => {
      world.barrier();
      const began = performance.now();
      world.allReduce(values);
      return performance.now() - began;
    });
    times[bytes] = median(rounds.slice(2));
  }
  return times;
}

/** Run this program as one process, or as two under Open MPI. @returns what process 0 wrote */
function run<T>(task: string, threads: number, launcher: readonly string[] | null, folder: string): T {
  const out = join(folder, 'figures.json');
  const own = [...process.execArgv, fileURLToPath(import.meta.url), '--task', task, '--out', out];
  const program = [...own, '--threads', String(threads), '--steps', flags.steps];
  const mpirun = [
    '--allow-run-as-root',
    '--oversubscribe',
    '-n',
    '2',
    ...(launcher ?? []),
    process.execPath,
    ...program,
  ];
  if (launcher) execFileSync('mpirun.openmpi', mpirun, { stdio: ['ignore', 'ignore', 'inherit'] });
  else execFileSync(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(out, 'utf8')) as T;
}

function measureAll(folder: string) {
  const rows = Object.keys(MODELS).map((model) => {
    const alone: number[] = [];
    const ranks = Object.fromEntries(Object.keys(TRANSPORTS).map((name) => [name, [] as StepFigures[]]));
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(run<StepFigures>(model, 2, null, folder).ms);
      for (const [name, launcher] of Object.entries(TRANSPORTS)) {
        ranks[name].push(run<StepFigures>(model, 1, launcher, folder));
      }
    }
    const figures = Object.entries(ranks).map(([transport, rounds]) => {
      const ratios = rounds.map(({ ms }, round) => ms / alone[round]);
      const waited = median(rounds.map((each) => each.waited));
      const sumsOfStep = median(rounds.map((each) => each.alone));
      return {
        model,
        transport,
        'one process, ms': median(alone),
        'two ranks, ms': median(rounds.map(({ ms }) => ms)),
        ratio: median(ratios),
        'ratios from': Math.min(...ratios),
        'ratios to': Math.max(...ratios),
        'sums alone, ms': sumsOfStep,
        'waited, ms': waited,
        hidden: Math.max(0, 1 - waited / sumsOfStep),
        'peak of a rank, MiB': Math.max(...rounds.map(({ peak }) => peak)),
      };
    });
    return figures;
  });
  const latency = Object.entries(TRANSPORTS).map(([transport, launcher]) => {
    const times = run<Record<number, number>>('sums', 1, launcher, folder);
    return { transport, ...Object.fromEntries(SIZES.map((bytes) => [`${bytes} B, ms`, times[bytes]])) };
  });
  return { steps: rows.flat(), sums: latency };
}

if (flags.task) {
  const figures = flags.task === 'sums' ? await sums() : await train(flags.task);
  if (Number(process.env.OMPI_COMM_WORLD_RANK ?? 0) === 0) writeFileSync(flags.out!, JSON.stringify(figures));
  process.exit(0);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-distributed-'));
  try {
    const figures = measureAll(folder);
    console.table(figures.steps);
    console.table(figures.sums);
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify(figures, null, 1)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
