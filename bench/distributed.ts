/**
 * npx tsx bench/distributed.ts [--rounds N] [--json FILE]
 *
 * Times a training step of one process with two threads against two processes of one thread each, over shared memory
 * and over TCP (Open MPI), in turns. Prints times and ratios, how much of the communication the backward pass hides,
 * the peak memory of a process, and latency and bandwidth of sums. Takes about two minutes.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { networkOf } from './distributed/cost-model.js';
import { Ranks, TRANSPORTS } from './distributed/launch.js';
import type { SumTime } from './distributed/sums.js';
import { PAIRED, type StepFigures } from './distributed/training-step.js';
import { median } from './measure.js';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

/** Bytes of gradients that are sent together. */
const BUCKET = 25 * 2 ** 20;

const rounded = (value: number): number => Number(value.toPrecision(3));

/** One training on one transport; `rounds` of one process and of two, which took turns. */
function rowOf(model: string, transport: string, alone: readonly StepFigures[], pairs: readonly StepFigures[]) {
  const ratios = pairs.map(({ ms }, round) => ms / alone[round].ms);
  const of = (figure: keyof StepFigures) => median(pairs.map((round) => round[figure]));
  return {
    model,
    transport,
    'one process, ms': rounded(median(alone.map(({ ms }) => ms))),
    'two ranks, ms': rounded(of('ms')),
    ratio: rounded(median(ratios)),
    'ratios from': rounded(Math.min(...ratios)),
    'ratios to': rounded(Math.max(...ratios)),
    'gradients, MB': rounded(of('bytes') / 1e6),
    'sums alone, ms': rounded(of('sums')),
    'waited for sums, ms': rounded(of('waited')),
    'hidden share': rounded(Math.max(0, 1 - of('waited') / of('sums'))),
    'waited for the other rank, ms': rounded(of('skew')),
    'peak of one process, MiB': Math.round(Math.max(...alone.map(({ peak }) => peak))),
    'peak of a rank, MiB': Math.round(Math.max(...pairs.map(({ peak }) => peak))),
  };
}

function stepRows(ranks: Ranks) {
  return PAIRED.flatMap((model) => {
    const alone: StepFigures[] = [];
    const pairs = Object.keys(TRANSPORTS).map((transport) => ({ transport, rounds: [] as StepFigures[] }));
    for (let round = 0; round < Number(flags.rounds); round++) {
      alone.push(ranks.alone<StepFigures>(model, 2));
      for (const { transport, rounds } of pairs) rounds.push(ranks.pair<StepFigures>(model, transport));
    }
    return pairs.map(({ transport, rounds }) => rowOf(model, transport, alone, rounds));
  });
}

function sumRows(ranks: Ranks) {
  return Object.keys(TRANSPORTS).map((transport) => {
    const times = ranks.pair<SumTime[]>('sums', transport);
    const { latency, bandwidth } = networkOf(times, BUCKET);
    const columns = times.map(({ bytes, ms }) => [`${bytes} B, ms`, rounded(ms)]);
    return {
      transport,
      ...Object.fromEntries(columns),
      'latency, µs': rounded(1e6 * latency),
      'bandwidth, GB/s': rounded(bandwidth / 1e9),
    };
  });
}

/** The training for which the cost of many processes is computed, on one. */
function wholeModel(ranks: Ranks) {
  const { ms, bytes, samples } = ranks.alone<StepFigures>('resnet50_keras', 2);
  return { model: 'resnet50_keras', samples, 'step, ms': rounded(ms), 'gradients, MB': rounded(bytes / 1e6) };
}

const ranks = await Ranks.build();
try {
  const tables = { steps: stepRows(ranks), sums: sumRows(ranks), alone: [wholeModel(ranks)] };
  for (const rows of Object.values(tables)) console.table(rows);
  if (flags.json) {
    writeFileSync(flags.json, `${JSON.stringify({ rounds: Number(flags.rounds), ...tables }, null, 2)}\n`);
  }
} finally {
  ranks.dispose();
}
