import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Computing, efficiency, stepSeconds } from './cost-model.js';
import { efficiencyPicture, type NamedNetwork, type Panel } from './efficiency-picture.js';
import type { Figures, Row } from './figures.js';

export const PAGE = fileURLToPath(new URL('../../docs/distributed.md', import.meta.url));
export const PICTURE = fileURLToPath(new URL('../../docs/images/distributed-efficiency.svg', import.meta.url));

const BEGIN = '<!-- written by bench/distributed/write-page.ts from bench/notes/distributed.json -->';
const END = '<!-- end -->';

/** Bytes of gradients that are sent together. */
const BUCKET = 25 * 2 ** 20;
/** Samples of a process in the computed figures. */
const SAMPLES = 32;
/** Of the operations of a step, those of the backward pass: gradients of inputs and of weights, next to the outputs. */
const BACKWARD = 2 / 3;
/** How many times faster than the machine of the measurement the machines of the panels are. */
const SPEEDS = [1, 16, 64];
/** Line rates in Gbit/s. */
const RATES = [10, 25, 100];

const number = (row: Row, name: string): number => row[name] as number;

/** A step of `SAMPLES` samples of ResNet-50, on machines of a speed relative to the measured one. */
function computingOf({ alone: [row] }: Figures, speed: number): Computing {
  const seconds = (number(row, 'step, ms') / 1000 / number(row, 'samples')) * SAMPLES;
  const whole = seconds / speed;
  const gradients = 1e6 * number(row, 'gradients, MB');
  return { forward: (1 - BACKWARD) * whole, backward: BACKWARD * whole, gradients, bucket: BUCKET };
}

/** Networks at their line rates, and what the measured TCP makes of any of them, all with its latency. */
function networksOf({ sums }: Figures): NamedNetwork[] {
  const tcp = sums.find(({ transport }) => transport === 'TCP')!;
  const latency = number(tcp, 'latency, µs') / 1e6;
  const measured = 1e9 * number(tcp, 'bandwidth, GB/s');
  const lines = RATES.map((rate) => ({ name: `${rate} Gbit/s`, latency, bandwidth: (rate * 1e9) / 8 }));
  return [
    ...lines,
    { name: `TCP as measured, ${((8 * measured) / 1e9).toFixed(0)} Gbit/s`, latency, bandwidth: measured },
  ];
}

export function pictureOf(figures: Figures): string {
  const panels = SPEEDS.slice(1).map(
    (speed): Panel => ({
      title: `Computed, for ${speed} × the measured machine`,
      computing: computingOf(figures, speed),
    }),
  );
  return efficiencyPicture(panels, networksOf(figures));
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const percent = (share: number): string => `${(100 * share).toFixed(share > 0.995 ? 1 : 0)} %`;

/** The measured and the computed section. */
export function sectionOf(figures: Figures): string {
  const steps = figures.steps.map((row) => [
    `\`${row.model}\``,
    String(row.transport),
    `${row['one process, ms']} ms`,
    `${row['two ranks, ms']} ms`,
    `${row.ratio} (${row['ratios from']} to ${row['ratios to']})`,
    `${row['sums alone, ms']} ms`,
    `${row['waited for sums, ms']} ms`,
    percent(number(row, 'hidden share')),
    `${row['waited for the other rank, ms']} ms`,
    `${row['peak of a rank, MiB']} (${row['peak of one process, MiB']}) MiB`,
  ]);
  const sizes = Object.keys(figures.sums[0]).filter((name) => name.endsWith(' B, ms'));
  const sums = figures.sums.map((row) => [
    String(row.transport),
    ...sizes.map((name) => `${row[name]} ms`),
    `${row['latency, µs']} µs`,
    `${row['bandwidth, GB/s']} GB/s`,
  ]);
  const [alone] = figures.alone;
  const networks = networksOf(figures);
  const counts = [2, 8, 64, 256, 1024];
  const computed = SPEEDS.flatMap((speed) =>
    networks.map((network) => [
      `${speed} ×`,
      network.name,
      ...counts.map((count) => percent(efficiency(count, computingOf(figures, speed), network))),
    ]),
  );
  const seconds = stepSeconds(1, computingOf(figures, 1), networks[0]);
  return `### Measured

A step of one process with two threads, compared with two processes of one thread each, measured alternately on one machine with two cores. Rounds: ${figures.rounds}; values are medians, and ratios also give their range. "Sums alone" is the time to sum the gradients when nothing else runs; "waited" is the part of it that the backward pass did not hide.

${table(
  [
    'model',
    'transport',
    'one process',
    'two ranks',
    'ratio',
    'sums alone',
    'waited',
    'hidden',
    'waited for the other rank',
    'peak memory of a rank (of one process)',
  ],
  steps,
)}

Each rank updates all weights, whereas the threads of one process divide this work. LeNet-5's gradients fit into one bucket, which is sent after the backward pass, so none of the communication is hidden.

Time of a sum over two ranks, by size. α is half the time for 8 bytes, as a sum over two ranks takes two messages; 1/β is the rate for a bucket of 25 MB:

${table(['transport', ...sizes.map((name) => name.replace(', ms', '')), 'α', '1/β'], sums)}

### Computed

The efficiency of ResNet-50 at 224×224, with ${SAMPLES} samples per process, is computed from the measured step (${alone['step, ms']} ms for ${alone.samples} samples on two threads, so ${seconds.toPrecision(3)} s for ${SAMPLES}), ${alone['gradients, MB']} MB of gradients and the measured α of TCP. The backward pass is assumed to take two thirds of the operations. Machines that are 16 or 64 times as fast represent machines with more cores. Networks are assumed to reach their line rates; the last row for each speed uses the TCP rate that was measured within one machine, where both ends share its cores.

${table(['machine', 'network', ...counts.map((count) => `${count}`)], computed)}

![Efficiency against the number of processes, computed](images/distributed-efficiency.svg)

No run on several machines has been measured.`;
}

/** The page with its written section replaced. */
export function pageWith(section: string, page = readFileSync(PAGE, 'utf8')): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} lacks '${BEGIN}' or '${END}'`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${section}\n\n${page.slice(end)}`;
}
