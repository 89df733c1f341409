import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { encodeEvent } from '../../src/watch/log/event.js';
import { liveFolderOf } from '../../src/watch/log/live-folder.js';
import { isSameText } from '../../src/watch/server/access.js';
import { decodeCursors, encodeCursors } from '../../src/watch/server/event-stream.js';
import { newToken } from '../../src/watch/server/server-options.js';
import { WatchServer } from '../../src/watch/server/watch-server.js';
import { WatchThread } from '../../src/watch/server/watch-thread.js';
import { eventsOf, type MadeRun, writeRun } from './made-runs.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-watch-'));
const running: { close(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((server) => server.close()))));
afterAll(() => rmSync(folder, { recursive: true }));

const MADE: MadeRun = { name: 'run', epochs: 4, done: 1.5, rate: 1e-3, seed: 1, isRunning: true };
const token = newToken();

async function serve(folders: readonly string[], port = 0) {
  const server = await WatchServer.start({ folders, port, token });
  running.push(server);
  return server;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** With Node's own client: `fetch` lets nobody set Host and Origin. */
function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }>((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: { key: string; isNew: boolean; text: string };
}

/** An open stream of events, as a browser's. */
function listen(url: string, lastEventId?: string) {
  const { port, searchParams } = new URL(url);
  const messages: Message[] = [];
  const watchers = new Set<() => void>();
  let text = '';
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const sent = get(
    // A connection of its own, as a browser's stream has.
    { port, host: '127.0.0.1', path: `/events?token=${searchParams.get('token')}`, headers, agent: false },
    (response) => {
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const fields = new Map(
            text
              .slice(0, end)
              .split('\n')
              .map((line) => line.split(/: (.*)/s) as [string, string]),
          );
          text = text.slice(end + 2);
          if (fields.has('event')) {
            messages.push({
              event: fields.get('event')!,
              id: fields.get('id')!,
              data: JSON.parse(fields.get('data')!),
            });
          }
        }
        for (const watcher of watchers) watcher();
      });
    },
  );
  sent.on('error', () => {});
  const events = () =>
    messages
      .filter(({ event }) => event === 'events')
      .map(({ data }) => data.text)
      .join('');
  const until = (isThere: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => void (isThere() && resolve());
      watchers.add(look);
      look();
    });
  return { messages, events, until, close: () => sent.destroy() };
}

describe('who is let in', () => {
  test('needs the token, compared as a whole', async () => {
    const { port } = await serve([folder]);
    const status = async (path: string, headers = {}) => (await ask(port, path, { headers })).status;
    expect(await status('/')).toBe(403);
    expect(await status('/?token=')).toBe(403);
    expect(await status(`/?token=${token.slice(0, -1)}`)).toBe(403);
    expect(await status(`/?token=${token}x`)).toBe(403);
    expect(await status('/events')).toBe(403);
    expect(await status('/', { authorization: 'Bearer wrong' })).toBe(403);
    expect(await status(`/?token=${token}`)).toBe(200);
    expect(isSameText('a', 'a')).toBe(true);
    expect(isSameText('a', 'ab')).toBe(false);
  });

  test('comes by a name of this machine, and not from a page of another site', async () => {
    const { port } = await serve([folder]);
    const status = async (headers: Record<string, string>) => (await ask(port, `/?token=${token}`, { headers })).status;
    expect(await status({ host: `localhost:${port}` })).toBe(200);
    expect(await status({ host: `[::1]:${port}` })).toBe(200);
    // A name of the attacker's that leads here: DNS rebinding.
    expect(await status({ host: `evil.example:${port}` })).toBe(403);
    expect(await status({ host: 'localhost' })).toBe(403);
    expect(await status({ host: `localhost:${port + 1}` })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ origin: `http://localhost:${port + 1}` })).toBe(403);
    expect(await status({ origin: 'null' })).toBe(403);
    expect(await status({ origin: `http://127.0.0.1:${port}` })).toBe(200);
  });

  test('is on this machine', async () => {
    const server = await serve([folder]);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
  });

  test('gets a page that loads nothing else', async () => {
    const { port } = await serve([folder]);
    const { headers, text } = await ask(port, `/?token=${token}`);
    const policy = String(headers['content-security-policy']);
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(policy)!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'nonce-${nonce}'`);
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toContain(`<script nonce="${nonce}"`);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text.match(/(src|href)="(?!data:)[^"]/g)).toBeNull();
    const second = await ask(port, `/?token=${token}`);
    expect(second.headers['content-security-policy']).not.toBe(policy);
  });

  test('finds nothing under other addresses', async () => {
    const { port } = await serve([folder]);
    for (const path of ['/x', '/../package.json', '/events/', '/stop']) {
      expect((await ask(port, `${path}?token=${token}`)).status).toBe(404);
    }
  });
});

describe('requests', () => {
  const post = (port: number, path: string, body: string, headers: Record<string, string>) =>
    ask(port, path, { method: 'POST', body, headers });

  test('reach the run that is named, with the token in a header alone', async () => {
    const run = await writeRun(join(folder, 'asked'), MADE);
    const { requests } = liveFolderOf(run);
    const server = await serve([join(folder, 'asked')]);
    const { messages, until, close } = listen(server.url);
    await until(() => messages.some(({ event }) => event === 'events'));
    const { key } = messages.find(({ event }) => event === 'events')!.data;
    close();
    const bearer = { authorization: `Bearer ${token}` };
    expect((await post(server.port, `/stop?token=${token}`, key, {})).status).toBe(403);
    expect((await post(server.port, '/stop', key, { authorization: 'Bearer x' })).status).toBe(403);
    expect((await post(server.port, '/stop', key, { ...bearer, origin: 'https://evil.example' })).status).toBe(403);
    expect(existsSync(requests.stop)).toBe(false);
    expect((await post(server.port, '/stop', 'other', bearer)).status).toBe(404);
    expect((await post(server.port, '/stop', '../../x', bearer)).status).toBe(404);
    expect((await post(server.port, '/stop', key.padEnd(5000), bearer)).status).toBe(404);
    expect((await post(server.port, '/stop', key, bearer)).status).toBe(202);
    expect(existsSync(requests.stop)).toBe(true);
    expect(existsSync(requests.save)).toBe(false);
    expect((await post(server.port, '/save', key, bearer)).status).toBe(202);
    expect(existsSync(requests.save)).toBe(true);
  });

  test('that cannot be noted are answered with the reason', async () => {
    const parent = join(folder, 'gone');
    const run = await writeRun(parent, MADE);
    const server = await serve([parent]);
    const { messages, until, close } = listen(server.url);
    await until(() => messages.some(({ event }) => event === 'events'));
    close();
    rmSync(run, { recursive: true });
    const { key } = messages.find(({ event }) => event === 'events')!.data;
    const answer = await post(server.port, '/stop', key, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('ENOENT');
  });
});

describe('the stream of events', () => {
  test('has all that is in the file, then what is added, in whole lines', async () => {
    const run = await writeRun(join(folder, 'stream'), MADE);
    const { events: path } = liveFolderOf(run);
    const server = await serve([join(folder, 'stream')]);
    const { messages, events, until, close } = listen(server.url);
    const before = readFileSync(path, 'utf8');
    await until(() => events() === before);
    const line = encodeEvent({ kind: 'log', at: 1, level: 'note', text: 'größer' });
    const [first, rest] = [Buffer.from(line).subarray(0, 30), Buffer.from(line).subarray(30)];
    appendFileSync(path, first);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(events()).toBe(before);
    appendFileSync(path, rest);
    await until(() => events() === before + line);
    expect(messages.filter(({ event }) => event === 'events').map(({ data }) => data.isNew)).toEqual([true, false]);
    close();
  });

  test('goes on where a browser was, also on a server that was started again', async () => {
    const parent = join(folder, 'again');
    const run = await writeRun(parent, MADE);
    const { events: path } = liveFolderOf(run);
    const first = await serve([parent]);
    const before = listen(first.url);
    await before.until(() => before.events() === readFileSync(path, 'utf8'));
    const { id } = before.messages.at(-1)!;
    await first.close();
    await first.close();
    await before.until(() => before.messages.at(-1)!.event === 'bye');
    const line = encodeEvent({ kind: 'saved', at: 2 });
    appendFileSync(path, line);
    const second = await serve([parent], first.port);
    const after = listen(second.url, id);
    await after.until(() => after.events() === line);
    expect(after.messages.find(({ event }) => event === 'events')!.data.isNew).toBe(false);
    after.close();
  });

  test('begins anew where another run has taken the place', async () => {
    const parent = join(folder, 'other');
    const run = await writeRun(parent, MADE);
    const server = await serve([parent]);
    const { messages, until, close } = listen(server.url);
    await until(() => messages.some(({ event }) => event === 'events'));
    const made = { ...MADE, seed: 9, done: 2.5 };
    writeFileSync(liveFolderOf(run).events, eventsOf(made).map(encodeEvent).join(''));
    await until(() => messages.filter(({ data }) => data.isNew).length === 2);
    close();
  });

  test('finds runs that begin later', async () => {
    const parent = join(folder, 'later');
    await writeRun(parent, MADE);
    const server = await serve([parent]);
    const { messages, until, close } = listen(server.url);
    await until(() => messages.some(({ event }) => event === 'events'));
    await writeRun(parent, { ...MADE, name: 'second', seed: 2 });
    await until(
      () => new Set(messages.filter(({ event }) => event === 'events').map(({ data }) => data.key)).size === 2,
    );
    close();
  });

  test('ends for a browser that has gone, and takes no more than so many', async () => {
    const server = await serve([folder]);
    const streams = Array.from({ length: 32 }, () => listen(server.url));
    await Promise.all(streams.map(({ messages, until }) => until(() => messages.length > 0)));
    expect((await ask(server.port, `/events?token=${token}`)).status).toBe(503);
    streams[0].close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = listen(server.url);
    await next.until(() => next.messages.length > 0);
    for (const { close } of [...streams, next]) close();
  });

  test('cursors survive a line, and damaged ones are left out', () => {
    const cursors = new Map([
      ['ab', { id: 'x1', offset: 12 }],
      ['cd', { id: 'y2', offset: 0 }],
    ]);
    expect(decodeCursors(encodeCursors(cursors))).toEqual(cursors);
    expect(decodeCursors('nonsense;a:b;c:d:-1').size).toBe(0);
  });
});

describe('the thread of a run', () => {
  const start = async (run: string, port?: number, warn: (message: string) => void = () => {}) => {
    const thread = await WatchThread.start({ folders: [run], run, isOfRun: true, port, warn });
    running.push(thread);
    return thread;
  };

  test('serves under the same address when it is started again; others cannot read it', async () => {
    const run = await writeRun(join(folder, 'thread'), MADE);
    const first = await start(run);
    const { status, text } = await ask(
      Number(new URL(first.url).port),
      new URL(first.url).pathname + new URL(first.url).search,
    );
    expect(status).toBe(200);
    expect(text).toContain('<div id="page">');
    await first.close();
    await first.close();
    const second = await start(run);
    expect(second.url).toBe(first.url);
    expect(statSync(liveFolderOf(run).address).mode & 0o077).toBe(0);
  });

  test('takes another port where the wanted one is taken, and says so', async () => {
    const run = await writeRun(join(folder, 'taken'), MADE);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const warnings: string[] = [];
    const { url } = await start(run, port, (message) => warnings.push(message));
    expect(Number(new URL(url).port)).not.toBe(port);
    expect(warnings).toEqual([`port ${port} cannot be served (EADDRINUSE); another one is`]);
    other.close();
  });

  test('gives open pages the last events before it ends', async () => {
    const run = await writeRun(join(folder, 'last'), MADE);
    const thread = await start(run);
    const { messages, events, until } = listen(thread.url);
    await until(() => events().length > 0);
    const line = encodeEvent({ kind: 'end', at: 3, how: 'finished' });
    appendFileSync(liveFolderOf(run).events, line);
    await thread.close();
    await until(() => messages.at(-1)!.event === 'bye');
    expect(events().endsWith(line)).toBe(true);
  });
});
