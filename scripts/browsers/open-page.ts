import type { Browser, Page } from 'puppeteer-core';
import { type BrowserName, startBrowser } from './browser.js';
import { type Site, serve } from './site.js';

export interface PageOptions {
  /** An ES module, the page's script. */
  readonly script: string;
  /** The page; default one with the script alone. */
  readonly html?: string;
  /** Other files, by path. */
  readonly files?: Site['files'];
  /** Query string of the page's address, without the `?`. */
  readonly query?: string;
  /** Headers of every response. */
  readonly headers?: Site['headers'];
  readonly minutes: number;
}

const HTML = '<!doctype html><script type=module src=/page.js></script>';

/**
 * Serve a page, open it, and return the JSON that it posts to `/result`. By posting to `/hide` and `/show` a page asks
 * for another tab over it, and for that tab to be closed.
 * @throws Error when the page crashes or does not answer in time
 */
export async function openPage(browser: Browser, options: PageOptions): Promise<unknown> {
  const { script, html = HTML, files = {}, query = '', headers, minutes } = options;
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  let cover: Page | undefined;
  let timer: NodeJS.Timeout | undefined;
  let answer: (value: unknown) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const answered = new Promise<unknown>((resolve, reject) => ([answer, fail] = [resolve, reject]));
  // It may fail before it is awaited.
  answered.catch(() => {});
  const actions: Readonly<Record<string, (body: string) => Promise<void> | void>> = {
    '/result': (body) => answer(JSON.parse(body)),
    '/hide': async () => {
      cover = await context.newPage();
      await cover.bringToFront();
    },
    '/show': async () => {
      await page.bringToFront();
      await cover?.close();
    },
  };
  const { server, port } = await serve({
    files: { '/index.html': html, '/page.js': script, ...files },
    headers,
    onPost: (path, body) => actions[path]?.(body),
  });
  try {
    const said: string[] = [];
    page.on('console', (message) => void said.push(message.text()));
    page.on('error', fail);
    page.on('pageerror', (error) => {
      const { message } = error as Error;
      said.push(message);
      // Firefox tells of what a policy blocked in the same way.
      if (!message.startsWith('Content-Security-Policy')) fail(error as Error);
    });
    timer = setTimeout(
      () => fail(new Error(`no answer within ${minutes} minutes; the console has: ${said.join('; ') || 'nothing'}`)),
      minutes * 60_000,
    );
    // A page is loaded when its script has run: `minutes` is its limit, not the driver's 30 seconds.
    await Promise.all([page.goto(`http://127.0.0.1:${port}/?${query}`, { timeout: 0 }), answered]);
    return await answered;
  } finally {
    clearTimeout(timer);
    await context.close();
    server.close();
    server.closeAllConnections();
  }
}

/** `openPage` in a browser of its own. @param flags further ones for Chromium */
export async function openPageIn(
  name: BrowserName,
  { flags, ...options }: PageOptions & { readonly flags?: readonly string[] },
): Promise<unknown> {
  const browser = await startBrowser(name, flags);
  try {
    return await openPage(browser, options);
  } finally {
    await browser.close();
  }
}
