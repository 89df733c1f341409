import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REQUESTS, type Request } from '../log/live-folder.js';
import { request as askRun } from '../log/requests.js';
import { refusalOf } from './access.js';
import { EventStream } from './event-stream.js';
import { pageOf } from './page.js';
import { RunList } from './run-list.js';
import type { WatchServerOptions } from './server-options.js';

/** Pages that are served at once at most. */
const MOST_STREAMS = 32;
/** Bytes of a posted text at most. */
const MOST_POSTED = 1024;
/** Milliseconds to wait for browsers at the end. */
const PATIENCE = 1000;

/**
 * Serves a page that shows runs, to this machine alone. Node's own server suffices for its four addresses: a page, a
 * stream of events and two requests.
 *
 * All it knows is in the folders of the runs: it may be ended and started again at any time, in the process that trains
 * or in another.
 */
export class WatchServer {
  private readonly runs: RunList;
  private readonly streams = new Set<EventStream>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly token: string,
    folders: readonly string[],
  ) {
    this.runs = new RunList(folders);
    server.on('request', (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  /** @throws an error of Node where the port is taken (EADDRINUSE) or not allowed (EACCES) */
  static async start({ folders, port, token }: WatchServerOptions): Promise<WatchServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new WatchServer(server, (server.address() as AddressInfo).port, token, folders);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/?token=${this.token}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.setHeader('cache-control', 'no-store');
    const refusal = refusalOf(request, { port: this.port, token: this.token });
    if (refusal) return sendText(response, 403, `nabla: ${refusal}; open the address that was printed`);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /') return sendPage(response);
    if (route === 'GET /events') return this.stream(request, response);
    const asked = REQUESTS.find((what) => route === `POST /${what}`);
    if (asked) return this.ask(asked, request, response);
    return sendText(response, 404, 'nabla: there is no such page');
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    if (this.streams.size >= MOST_STREAMS) {
      sendText(response, 503, 'nabla: too many pages are open');
      return;
    }
    const stream = new EventStream(this.runs, response, String(request.headers['last-event-id'] ?? ''));
    this.streams.add(stream);
    response.on('close', () => this.streams.delete(stream));
  }

  /** Ask the run that is named in the body to stop or to save. */
  private async ask(what: Request, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = await bodyOf(request);
    const run = key === null ? undefined : this.runs.find(key);
    if (!run) return sendText(response, 404, 'nabla: there is no such run');
    try {
      await askRun(run.live, what);
    } catch (error) {
      return sendText(response, 500, `nabla: ${(error as Error).message}`);
    }
    return sendText(response, 202, 'asked');
  }

  /** Let open pages have the last events, and end. */
  async close(): Promise<void> {
    const finished = Promise.all([...this.streams].map((stream) => stream.finish()));
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function sendPage(response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
  });
  response.end(pageOf(nonce));
}

/** The posted text; null where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += part;
    if (text.length > MOST_POSTED) return null;
  }
  return text;
}
