import { snakeCase } from '../../src/base/names.js';
import type { SummaryData } from '../../src/models/summary.js';

type Layer = SummaryData['layers'][number];

/** A table as an article printed it. */
export interface Reference {
  readonly source: string;
  /** The middle of the table is cut; its beginning and its end are there. */
  readonly elided: boolean;
  readonly totals: SummaryData['totals'];
  readonly layers: readonly Layer[];
}

/** The article with Keras 2.2: its tables were shortened to the first inbound layer. */
const FIRST_INBOUND_ONLY = '000_9879c09e7152e139.txt';

/** The running number of an automatic name; null for a name that somebody chose. */
function runningNumber({ name, type }: Layer): number | null {
  const kind = type === 'InputLayer' ? 'input' : snakeCase(type);
  const match = new RegExp(`^${kind}(?:_(\\d+))?$`).exec(name);
  return match && Number(match[1] ?? 0);
}

const withNumber = (name: string, number: number) => `${name.replace(/_\d+$/, '')}${number ? `_${number}` : ''}`;

/**
 * Our table brought to the reference's form: the same rows, and automatic names counted from where the reference's
 * count starts, by one offset for each type, so that the order in which layers were made is compared too.
 */
export function canonical(ours: SummaryData, reference: Reference) {
  const { layers: wanted } = reference;
  let head = 0;
  const matches = (a: Layer, b: Layer) =>
    a.type === b.type && a.params === b.params && JSON.stringify(a.outputShape) === JSON.stringify(b.outputShape);
  while (head < wanted.length && matches(ours.layers[head], wanted[head])) head++;
  const tail = wanted.length - head;
  const rows = [...ours.layers.slice(0, head), ...ours.layers.slice(ours.layers.length - tail)];

  const offsets = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const [mine, theirs] = [runningNumber(row), runningNumber(wanted[index])];
    if (mine !== null && theirs !== null && !offsets.has(row.type)) offsets.set(row.type, theirs - mine);
  }
  const renamed = new Map(
    ours.layers.map((row) => {
      const number = runningNumber(row);
      return [row.name, number === null ? row.name : withNumber(row.name, number + (offsets.get(row.type) ?? 0))];
    }),
  );
  const inbound = (row: Layer) => {
    const list = row.inbound.map((each) => each.replace(/^[^[]+/, (name) => renamed.get(name)!));
    return reference.source === FIRST_INBOUND_ONLY ? list.slice(0, 1) : list;
  };
  const layers = rows.map((row) => ({ ...row, name: renamed.get(row.name)!, inbound: inbound(row) }));
  return { head, tail, layers, totals: ours.totals };
}
