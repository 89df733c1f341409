/**
 * npm run bench -- [workloads or groups] [--node PATH …] [--threads N] [--rounds N] [--budget MS] [--peers NAME …]
 * [--no-peers] [--no-turbo] [--json FILE]
 *
 * Times workloads on nabla and, in the same call and in turns, on the peers that are installed: PyTorch through
 * /usr/bin/python3, the others in bench/peers. Each contestant is a process of its own for each workload; while one
 * computes, the others sleep. A round's figure is the median of its runs; what is printed is the median over rounds,
 * and the ratio nabla / peer is the median of the rounds' ratios, so a machine that slows down for a while slows both.
 * `--node` runs nabla on other versions of Node too, each a contestant. From Node 24 on it runs in turbo, as in the
 * command line; `--no-turbo` leaves it out.
 */
import { rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Library } from './contestant.js';
import { nablaBy, peers } from './libraries.js';
import { measure } from './measure.js';
import { geometricMeans, markdownTable, type Row, rowsOf } from './rows.js';
import { GROUPS, WORKLOADS } from './workloads.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '300' },
    peers: { type: 'string', multiple: true },
    'no-peers': { type: 'boolean', default: false },
    'no-turbo': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

function namesOf(given: string): string[] {
  if (GROUPS[given]) return Object.keys(GROUPS[given]);
  if (WORKLOADS[given]) return [given];
  const known = [...Object.keys(GROUPS), ...Object.keys(WORKLOADS)];
  console.error(`bench: no workload or group is named ${given}, expected ${known.join(', ')}`);
  process.exit(2);
}

const names = (positionals.length ? positionals : Object.keys(GROUPS)).flatMap(namesOf);
const threads = Number(flags.threads);
const nablas = flags.node.map((node) => nablaBy(node, threads, !flags['no-turbo']));
const isWanted = ({ name }: Library) => !flags['no-peers'] && (flags.peers?.includes(name) ?? true);
const libraries = [...nablas, ...peers(threads).filter(isWanted)];
const effort = { rounds: Number(flags.rounds), budget: Number(flags.budget) };

const began = performance.now();
const rows: Row[] = [];
for (const name of names) {
  const results = await measure(libraries, WORKLOADS[name], effort);
  rows.push(...rowsOf(name, WORKLOADS[name], results));
  console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

console.log(`${process.platform} ${process.arch}, ${threads} thread(s)`);
for (const group of Object.values(GROUPS)) {
  const own = rows.filter(({ name }) => group[name]);
  if (own.length === 0) continue;
  console.log(`\n${markdownTable(own)}\n`);
  for (const line of geometricMeans(own)) console.log(line);
}
if (flags.json) {
  await writeFile(`${flags.json}.tmp`, `${JSON.stringify(rows, null, 1)}\n`);
  await rename(`${flags.json}.tmp`, flags.json);
}
