/**
 * npm run bench -- [names] [--json FILE] [--rounds N] [--budget MS] [--threads N] [--no-peers]
 *
 * Times workloads on nabla and, in the same call and in turns, on the peers that are installed (PyTorch through
 * /usr/bin/python3, tfjs in bench/peers). A round's figure is its median run; what is printed is the median over
 * rounds, and the ratio nabla / peer is the median of the rounds' ratios, so a machine that slows down for a while
 * slows both.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageFolder } from '../src/datasets/locations.js';
import { backendInfo, setThreads } from '../src/index.js';
import { Nabla } from './nabla.js';
import { type Contestant, Peer } from './peer.js';
import { operations, WORKLOADS } from './workloads.js';

interface Row {
  readonly name: string;
  readonly backend: string;
  readonly variant: string;
  readonly threads: number;
  readonly ms: number;
  /** (slowest round − fastest round) / median. */
  readonly spread: number;
  readonly gflops: number | null;
  readonly peer: string | null;
  readonly peerMs: number | null;
  /** nabla / peer: below 1 nabla is faster. */
  readonly ratio: number | null;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    budget: { type: 'string', default: '150' },
    threads: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
});

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function startPeers(threads: number): Promise<Peer[]> {
  if (flags['no-peers']) return [];
  const folder = join(packageFolder(), 'bench/peers');
  const started = await Promise.all([
    Peer.start('PyTorch', '/usr/bin/python3', ['pytorch.py', String(threads)], folder),
    Peer.start('tfjs-wasm', process.execPath, ['tfjs.mjs'], folder),
  ]);
  return started.filter((peer) => peer !== null);
}

/** Medians of each round, for nabla and each peer that can do the workload, taken in turns. */
async function rounds(contestants: readonly Contestant[], name: string): Promise<Map<Contestant, number[]>> {
  const figures = new Map<Contestant, number[]>();
  for (const contestant of contestants) {
    if (await contestant.prepare(WORKLOADS[name])) figures.set(contestant, []);
  }
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [contestant, medians] of figures) medians.push(median(await contestant.measure(Number(flags.budget))));
  }
  return figures;
}

function rowsOf(name: string, figures: Map<Contestant, number[]>, nabla: Nabla): Row[] {
  const own = figures.get(nabla)!;
  const ms = median(own);
  const work = operations(WORKLOADS[name]);
  const { name: backend, variant, threads } = backendInfo();
  const base = {
    name,
    backend,
    variant,
    threads,
    ms,
    spread: (Math.max(...own) - Math.min(...own)) / ms,
    gflops: work && work / ms / 1e6,
  };
  const peers = [...figures].filter(([contestant]) => contestant !== nabla);
  if (peers.length === 0) return [{ ...base, peer: null, peerMs: null, ratio: null }];
  return peers.map(([peer, times]) => ({
    ...base,
    peer: peer.name,
    peerMs: median(times),
    ratio: median(own.map((value, round) => value / times[round])),
  }));
}

const names = positionals.length ? positionals : Object.keys(WORKLOADS);
for (const name of names) {
  if (!WORKLOADS[name]) {
    console.error(`bench: no workload is named ${name}, expected ${Object.keys(WORKLOADS).join(', ')}`);
    process.exit(2);
  }
}
if (flags.threads) setThreads(Number(flags.threads));
const nabla = new Nabla();
const peers = await startPeers(backendInfo().threads);
const rows: Row[] = [];
for (const name of names) rows.push(...rowsOf(name, await rounds([nabla, ...peers], name), nabla));
for (const peer of peers) peer.close();

const { variant, threads } = backendInfo();
console.log(`node ${process.version}, ${process.platform} ${process.arch}, wasm ${variant}, ${threads} thread(s)`);
console.table(
  rows.map(({ name, ms, spread, gflops, peer, peerMs, ratio }) => ({
    workload: name,
    ms: ms.toFixed(3),
    spread: `${(spread * 100).toFixed(0)}%`,
    'GFLOP/s': gflops?.toFixed(1) ?? '',
    peer: peer ?? '',
    'peer ms': peerMs?.toFixed(3) ?? '',
    'nabla / peer': ratio?.toFixed(2) ?? '',
  })),
);
if (flags.json) {
  await writeFile(`${flags.json}.tmp`, `${JSON.stringify(rows, null, 1)}\n`);
  await rename(`${flags.json}.tmp`, flags.json);
}
