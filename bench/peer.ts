import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workload } from './workloads.js';

/** Carries out a workload again and again and says how long each run took, in ms. */
export interface Contestant {
  readonly name: string;
  /** Prepares a workload; false when this contestant cannot do it. */
  prepare(work: Workload): Promise<boolean>;
  /** Runs it for about `budgetMs` and gives the time of each run. */
  measure(budgetMs: number): Promise<number[]>;
  close(): void;
}

/** A library in a process of its own, spoken to in lines of JSON: {prepare} → {ready}, {measure} → {times}. */
export class Peer implements Contestant {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Starts a peer; null when it is not installed here, with the reason printed. */
  static async start(name: string, command: string, args: readonly string[], cwd: string): Promise<Peer | null> {
    const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const failed = once(child, 'error').then(() => null);
    const first = await Promise.race([lines.next(), failed]);
    if (!first || first.done) {
      console.error(`${name}: not installed here, left out`);
      return null;
    }
    return new Peer(`${name} ${JSON.parse(first.value).version}`, child, lines);
  }

  private async ask(question: unknown): Promise<Record<string, unknown>> {
    this.child.stdin!.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended in the middle of a measurement`);
    return JSON.parse(value);
  }

  async prepare(work: Workload): Promise<boolean> {
    return (await this.ask({ prepare: work })).ready === true;
  }

  async measure(budgetMs: number): Promise<number[]> {
    return (await this.ask({ measure: budgetMs })).times as number[];
  }

  close(): void {
    this.child.kill();
  }
}
