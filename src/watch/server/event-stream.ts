import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { RunFacts, RunList } from './run-list.js';
import { factsOf } from './run-list.js';
import type { Cursor } from './run-tail.js';

/** Milliseconds between two looks at the files. */
const INTERVAL = 400;
/** Milliseconds after which a comment shows that the connection holds. */
const KEEP_ALIVE = 10_000;

/** Cursors as the id of a server-sent event, `key:id:offset;…`, with which a browser that reconnects goes on. */
export const encodeCursors = (cursors: ReadonlyMap<string, Cursor>): string =>
  [...cursors].map(([key, { id, offset }]) => `${key}:${id}:${offset}`).join(';');

/** Read cursors; what is not one is left out. */
export function decodeCursors(text: string): Map<string, Cursor> {
  const found = text.matchAll(/(\w+):(\w+):(\d+)/g);
  return new Map([...found].map(([, key, id, offset]) => [key, { id, offset: Number(offset) }]));
}

/** Sends a browser the events of all runs, from where it was, as they are written. */
export class EventStream {
  private readonly cursors: Map<string, Cursor>;
  private facts = '';
  private sentAt = 0;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly runs: RunList,
    private readonly response: ServerResponse,
    lastEventId: string,
  ) {
    this.cursors = decodeCursors(lastEventId);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    response.write('retry: 1000\n\n');
    response.on('close', () => this.close());
    this.schedule(0);
  }

  private schedule(delay: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch(() => {})
        .finally(() => this.schedule(INTERVAL));
    }, delay);
  }

  /** Send what is new. */
  private async look(): Promise<void> {
    const tails = await this.runs.refresh();
    const facts: RunFacts[] = await Promise.all(tails.map(factsOf));
    const text = JSON.stringify(facts);
    if (text !== this.facts) {
      this.facts = text;
      await this.send('runs', text);
    }
    for (const tail of tails) {
      for (let lines = await tail.read(this.cursorOf(tail.key)); lines; lines = await tail.read(lines.cursor)) {
        this.cursors.set(tail.key, lines.cursor);
        await this.send('events', JSON.stringify({ key: tail.key, isNew: lines.isNew, text: lines.text }));
        if (this.isClosed) return;
      }
    }
    if (performance.now() - this.sentAt > KEEP_ALIVE) await this.write(':\n\n');
  }

  private cursorOf(key: string): Cursor | null {
    return this.cursors.get(key) ?? null;
  }

  private send(event: string, data: string): Promise<void> {
    return this.write(`event: ${event}\nid: ${encodeCursors(this.cursors)}\ndata: ${data}\n\n`);
  }

  /** Write, and wait where the browser does not keep up. */
  private async write(text: string): Promise<void> {
    if (this.isClosed) return;
    this.sentAt = performance.now();
    if (!this.response.write(text)) await Promise.race([once(this.response, 'drain'), once(this.response, 'close')]);
  }

  /** Send what is left, say that the server ends, and close. */
  async finish(): Promise<void> {
    clearTimeout(this.timer);
    await this.looking;
    if (this.isClosed) return;
    await this.look().catch(() => {});
    await this.send('bye', '{}');
    this.close();
    await new Promise<void>((resolve) => {
      this.response.once('close', resolve).end(resolve);
    });
  }

  private close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }
}
