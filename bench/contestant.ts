import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Workload } from './workloads.js';

/** A library, and how its process is started. */
export interface Library {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** Whether it can carry out such a workload; a process is started only for those. */
  readonly does: (work: Workload) => boolean;
  /** Whether it runs a model from an ONNX file, given as `onnx` with the workload. */
  readonly needsOnnx: boolean;
}

/**
 * A library in a separate process, which communicates in lines of JSON: it sends {version}, then answers {prepare} with
 * {ready} and {measure} with {times}, in ms. It carries out one workload, so that its peak memory is that workload's.
 */
export class Contestant {
  private constructor(
    readonly library: Library,
    /** What the process said of itself at its start. */
    readonly about: Readonly<Record<string, unknown>>,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Null when the library is not installed here. */
  static async start(library: Library): Promise<Contestant | null> {
    const { command, args, folder } = library;
    const child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const failed = once(child, 'error').then(() => null);
    const first = await Promise.race([lines.next(), failed]);
    if (!first || first.done) return null;
    return new Contestant(library, JSON.parse(first.value), child, lines);
  }

  get name(): string {
    return `${this.library.name} ${this.about.version}`;
  }

  /** Puts a question, and returns its answer. @throws Error when the process ends without one */
  async ask(question: unknown): Promise<Record<string, unknown>> {
    this.child.stdin!.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended before it answered ${JSON.stringify(question)}`);
    return JSON.parse(value);
  }

  /** Runs the workload for about so many milliseconds, at least once, and returns the time of each run. */
  async measure(budgetMs: number): Promise<number[]> {
    return (await this.ask({ measure: budgetMs })).times as number[];
  }

  /** Most resident memory of the process so far, in MiB; null where the system does not tell. */
  async peakMemory(): Promise<number | null> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) / 1024;
  }

  close(): void {
    this.child.kill();
  }
}
