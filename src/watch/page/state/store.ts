import { decodeEvent } from '../../log/event.js';
import type { Request } from '../../log/live-folder.js';
import type { RunFacts } from '../../server/run-list.js';
import { Run } from './run.js';

/** A run and where it is. */
export interface NamedRun {
  readonly facts: RunFacts;
  readonly run: Run;
}

/** `lost`: the connection is; `over`: the server has said that it ends. */
export type Connection = 'open' | 'lost' | 'over';

/** Milliseconds until a stream that the browser gave up is opened again. */
const RETRY = 2000;

/** Follows the events of all runs. Reconnects by itself, also to a server that was started again. */
export class Store {
  runs: readonly NamedRun[] = [];
  connection: Connection = 'lost';
  /** Counts changes, so that parts of the page can tell whether there are any. */
  version = 0;
  private readonly known = new Map<string, Run>();
  private isNotifying = false;

  constructor(
    private readonly token: string,
    private readonly onChange: () => void,
  ) {
    this.connect();
  }

  private connect(): void {
    const source = new EventSource(`/events?token=${encodeURIComponent(this.token)}`);
    source.addEventListener('open', () => this.setConnection('open'));
    source.addEventListener('bye', () => this.setConnection('over'));
    source.addEventListener('runs', ({ data }) => this.setRuns(JSON.parse(data)));
    source.addEventListener('events', ({ data }) => this.addEvents(JSON.parse(data)));
    source.addEventListener('error', () => {
      if (this.connection === 'open') this.setConnection('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.connect(), RETRY);
    });
  }

  private setConnection(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }

  private setRuns(facts: readonly RunFacts[]): void {
    this.runs = facts.map((each) => ({ facts: each, run: this.runOf(each.key) }));
    this.changed();
  }

  private addEvents({ key, isNew, text }: { key: string; isNew: boolean; text: string }): void {
    if (isNew) this.known.delete(key);
    const run = this.runOf(key);
    for (const line of text.split('\n')) {
      const event = line && decodeEvent(line);
      if (event) run.apply(event);
    }
    this.runs = this.runs.map((each) => (each.facts.key === key ? { ...each, run } : each));
    this.changed();
  }

  private runOf(key: string): Run {
    const run = this.known.get(key) ?? new Run();
    this.known.set(key, run);
    return run;
  }

  /** Draw once for all that arrives before the next frame; a hidden page draws nothing. */
  private changed(): void {
    this.version++;
    if (this.isNotifying) return;
    this.isNotifying = true;
    requestAnimationFrame(() => {
      this.isNotifying = false;
      this.onChange();
    });
  }

  /** Ask a run for something. @throws Error with the server's answer */
  async ask(key: string, what: Request): Promise<void> {
    const response = await fetch(`/${what}`, {
      method: 'POST',
      body: key,
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!response.ok) throw new Error((await response.text()).trim());
  }
}
