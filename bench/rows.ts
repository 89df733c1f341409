import { median, type Result } from './measure.js';
import { operations, type Workload } from './workloads.js';

/** nabla at a workload, next to one peer. */
export interface Row {
  readonly name: string;
  /** Version of Node that ran nabla. */
  readonly node: string;
  readonly backend: string;
  readonly variant: string;
  readonly threads: number;
  readonly ms: number;
  /** (slowest round − fastest round) / median. */
  readonly spread: number;
  readonly gflops: number | null;
  /** Most resident memory of the process, in MiB. */
  readonly peakMemory: number | null;
  readonly peer: string | null;
  readonly peerMs: number | null;
  readonly peerPeakMemory: number | null;
  /** nabla / peer: below 1 nabla is faster. */
  readonly ratio: number | null;
}

type About = Pick<Row, 'backend' | 'variant' | 'threads'> & { readonly name: string; readonly version: string };

/** Rows of each nabla among the results: one for each peer, or one alone. */
export function rowsOf(name: string, work: Workload, results: readonly Result[]): Row[] {
  const isNabla = ({ contestant }: Result) => contestant.library.name.startsWith('nabla');
  const peers = results.filter((result) => !isNabla(result));
  return results.filter(isNabla).flatMap((own): Row[] => {
    const { version, name: backend, variant, threads } = own.contestant.about as unknown as About;
    const ms = median(own.rounds);
    const operationCount = operations(work);
    const base = {
      name,
      node: version,
      backend,
      variant,
      threads,
      ms,
      spread: (Math.max(...own.rounds) - Math.min(...own.rounds)) / ms,
      gflops: operationCount && operationCount / ms / 1e6,
      peakMemory: own.peakMemory,
    };
    if (peers.length === 0) return [{ ...base, peer: null, peerMs: null, peerPeakMemory: null, ratio: null }];
    return peers.map((peer) => ({
      ...base,
      peer: peer.contestant.name,
      peerMs: median(peer.rounds),
      peerPeakMemory: peer.peakMemory,
      ratio: median(own.rounds.map((value, round) => value / peer.rounds[round])),
    }));
  });
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const number = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0));
const memory = (mebibytes: number | null): string => (mebibytes === null ? '' : `, ${mebibytes.toFixed(0)} MiB`);

/** A line for each workload and nabla, a column for each peer: its ratio, then its own time and memory. */
export function markdownTable(rows: readonly Row[]): string {
  const peers = [...new Set(rows.flatMap(({ peer }) => peer ?? []))];
  const keyOf = ({ name, node, variant }: Row) => `${name}|${node}|${variant}`;
  const lines = [...new Set(rows.map(keyOf))].map((key) => {
    const own = rows.filter((row) => keyOf(row) === key);
    const [{ name, node, variant, ms, spread, gflops, peakMemory }] = own;
    const nabla = `${number(ms)} ms ±${(spread * 50).toFixed(0)}%${memory(peakMemory)}`;
    const cells = peers.map((peer) => {
      const row = own.find((each) => each.peer === peer);
      return row ? `**${row.ratio!.toFixed(2)}** (${number(row.peerMs!)} ms${memory(row.peerPeakMemory)})` : '–';
    });
    return [name, `${node.replace(/^v(\d+).*/, '$1')}, ${variant}`, nabla, gflops?.toFixed(1) ?? '', ...cells];
  });
  return asMarkdown([['workload', 'Node', 'nabla', 'GFLOP/s', ...peers.map((peer) => `nabla / ${peer}`)], ...lines]);
}

/** Geometric means of the ratios of a group of workloads, for each nabla and peer. */
export function geometricMeans(rows: readonly Row[]): string[] {
  const compared = rows.filter(({ ratio }) => ratio !== null);
  const pairOf = ({ node, variant, peer }: Row) => `Node ${node}, ${variant} / ${peer}`;
  return [...new Set(compared.map(pairOf))].map((pair) => {
    const ratios = compared.filter((row) => pairOf(row) === pair).map(({ ratio }) => ratio!);
    return `${pair}: ${geometricMean(ratios).toFixed(2)} over ${ratios.length} rows, worst ${Math.max(...ratios).toFixed(2)}`;
  });
}

function asMarkdown(table: readonly (readonly string[])[]): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(table[0]), rule, ...table.slice(1).map(line)].join('\n');
}
