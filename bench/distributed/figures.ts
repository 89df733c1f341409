import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Rows of the tables that `bench/distributed.ts` prints; numbers are rounded to three digits. */
export type Row = Readonly<Record<string, string | number>>;

/** What `bench/distributed.ts --json` writes. */
export interface Figures {
  /** Turns of one process and of two. */
  readonly rounds: number;
  readonly steps: readonly Row[];
  readonly sums: readonly Row[];
  readonly alone: readonly Row[];
}

/** The file from which docs/distributed.md is written. */
export const FIGURES = fileURLToPath(new URL('../notes/distributed.json', import.meta.url));

export const readFigures = (): Figures => JSON.parse(readFileSync(FIGURES, 'utf8')) as Figures;
