import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Flags for a browser with nothing but the page: no extensions, updates or telemetry. */
const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PageOptions {
  /** An ES module, the page's only script. */
  readonly script: string;
  /** Other scripts, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Query string of the page's address, without the `?`. */
  readonly query?: string;
  /** Headers of every response, such as those for cross-origin isolation. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further flags for Chromium. */
  readonly flags?: readonly string[];
  readonly minutes: number;
}

/** The browser's command: the environment variable `CHROMIUM`, else `chromium`. */
export const chromium = process.env.CHROMIUM ?? 'chromium';

/**
 * Serve a page on the loopback interface, open it in headless Chromium, and return the JSON that its script posts.
 * @throws Error when the browser does not start or ends early, or the page does not answer in time
 */
export async function openPage({
  script,
  files = {},
  query = '',
  headers = {},
  flags = [],
  minutes,
}: PageOptions): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'nabla-chromium-'));
  const scripts: Readonly<Record<string, string>> = { ...files, '/page.js': script };
  let browser: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  const server = createServer();
  try {
    return await new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${minutes} minutes`)), minutes * 60_000);
      server.on('request', (request, response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        if (request.method === 'POST') {
          let body = '';
          request.on('data', (part) => (body += part));
          request.on('end', () => {
            response.end();
            resolve(JSON.parse(body));
          });
        } else if (path in scripts) {
          response.setHeader('content-type', 'text/javascript').end(scripts[path]);
        } else {
          response
            .setHeader('content-type', 'text/html')
            .end('<!doctype html><script type=module src=/page.js></script>');
        }
      });
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        const address = `http://127.0.0.1:${port}/?${query}`;
        browser = spawn(chromium, [...QUIET, ...flags, `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
        browser.on('error', reject);
        browser.on('exit', () => reject(new Error(`${chromium} ended before the page had answered`)));
      });
    });
  } finally {
    clearTimeout(timer);
    server.close();
    const ended = new Promise((resolve) => browser?.once('exit', resolve));
    if (browser?.kill()) await ended;
    // The browser's child processes keep writing there until they notice that it has ended.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
