import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { ValueError } from '../../../src/base/errors.js';
import type { TrialResult } from './trial.js';

/** The trials so far, kept in a file of JSON lines if there is a path: a campaign that was interrupted continues. */
export class TrialRecord {
  readonly results: TrialResult[] = [];

  constructor(
    private readonly path: string | undefined,
    seed: number,
  ) {
    if (!path) return;
    if (!existsSync(path)) this.append({ seed });
    const [head, ...rest] = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    if (JSON.parse(head).seed !== seed) throw new ValueError(`${path} is of ${head}, expected seed ${seed}`);
    for (const line of rest) this.results.push(JSON.parse(line));
  }

  /** The trial of this name if it was tried before. */
  find(target: string, name: string): TrialResult | undefined {
    return this.results.find((result) => result.target === target && result.name === name);
  }

  add(result: TrialResult): void {
    this.results.push(result);
    this.append(result);
  }

  private append(line: object): void {
    if (this.path) appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}
