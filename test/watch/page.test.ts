import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser, startBrowser } from '../../scripts/browsers/browser.js';
import { encodeEvent, type RunEvent } from '../../src/watch/log/event.js';
import { liveFolderOf } from '../../src/watch/log/live-folder.js';
import { WatchServer } from '../../src/watch/server/watch-server.js';
import { eventsOf, type MadeRun, writeRun } from './made-runs.js';

/* The page in a real browser. NABLA_SCREENSHOTS=FOLDER keeps pictures of it, to be looked at. */

const MADE: MadeRun = { name: 'first', epochs: 12, done: 7.4, rate: 1e-3, seed: 1, isRunning: true };
const FOUR: readonly MadeRun[] = [
  MADE,
  { ...MADE, name: 'second', done: 12, rate: 6e-4, seed: 2, isRunning: false, end: 'finished' },
  { ...MADE, name: 'third', epochs: 20, done: 4.6, rate: 2.1e-3, seed: 3, isRunning: false, end: 'failed' },
  { ...MADE, name: 'fourth', done: 0.7, rate: 3e-4, seed: 4 },
];
const TOKEN = 'a-token-of-the-tests-0123456789';

const folder = mkdtempSync(join(tmpdir(), 'nabla-page-'));
let browser: Browser;
let server: WatchServer | null = null;
/** What pages complained about: errors, and what the policy refused. */
let complaints: string[] = [];

const serve = async (folders: readonly string[], port = 0) => {
  server = await WatchServer.start({ folders, port, token: TOKEN });
  return server;
};

async function open(url: string, { width = 1440, scheme = 'light' } = {}): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', (error) => complaints.push((error as Error).message));
  page.on('console', (message) => {
    // A browser reports that a server has gone.
    if (message.type() === 'error' && !/ERR_/.test(message.text())) complaints.push(message.text());
  });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(url);
  await page.waitForSelector('.uplot canvas');
  return page;
}

const textOf = (page: Page, selector: string) => page.$eval(selector, (node) => node.textContent ?? '');
const has = (page: Page, selector: string, text: string) =>
  page.waitForFunction(
    (selector, text) => [...document.querySelectorAll(selector)].some((node) => node.textContent?.includes(text)),
    { timeout: 20_000 },
    selector,
    text,
  );

describe.skipIf(!findBrowser('chromium'))('the page in Chromium', () => {
  beforeAll(async () => {
    browser = await startBrowser('chromium');
  });
  afterEach(async () => {
    for (const context of browser.browserContexts()) {
      if (context !== browser.defaultBrowserContext()) await context.close();
    }
    await server?.close();
    server = null;
    expect(complaints).toEqual([]);
    complaints = [];
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test('shows the numbers of the run', async () => {
    const run = await writeRun(join(folder, 'numbers'), MADE);
    const page = await open((await serve([run])).url);
    const last = eventsOf(MADE).findLast((event) => event.kind === 'epoch')!;
    if (last.kind !== 'epoch') throw new Error('an epoch is finished');
    expect(await textOf(page, 'h1')).toBe('LeNet-5 on Fashion-MNIST');
    expect(await textOf(page, '.status')).toBe('running');
    expect(await textOf(page, '.progress')).toContain('Epoch 8 of 12');
    expect(await textOf(page, '.figures')).toContain(`${(100 * last.logs.val_accuracy).toFixed(2)}%`);
    expect(await page.title()).toMatch(/^61% LeNet-5/);
    const labels = await page.$$eval('.chart', (charts) => charts.map((chart) => chart.getAttribute('aria-label')!));
    expect(labels.map((label) => label.split(':')[0])).toEqual([
      'loss',
      'accuracy',
      'learning rate',
      'samples per second',
    ]);
    expect(labels[0]).toMatch(/train 0\.\d+, validation 0\.\d+/);
    expect(await page.$$eval('svg[aria-label^="Confusion matrix"]', (found) => found.length)).toBe(1);
    expect(await page.$$eval('.ridges svg', (found) => found.length)).toBe(2);
    expect(await page.$$eval('.log li', (lines) => lines.length)).toBe(8);
    expect(await textOf(page, '.values')).toContain('npx nabla train lenet5');
  });

  test.each([
    ['one', [MADE]],
    ['four', FOUR],
  ])('fits wide and narrow windows, light and dark, with %s', async (name, runs) => {
    const parent = join(folder, `fits-${name}`);
    for (const made of runs) await writeRun(parent, made);
    const { url } = await serve([parent]);
    for (const width of [390, 1440]) {
      for (const [scheme, background] of [
        ['light', 'rgb(255, 255, 255)'],
        ['dark', 'rgb(21, 23, 27)'],
      ]) {
        const page = await open(url, { width, scheme });
        expect(await page.$eval('body', (body) => getComputedStyle(body).backgroundColor)).toBe(background);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        // Whatever can be pressed or seen has a name.
        const nameless = await page.$$eval('button, select, input, svg, .chart, [role=progressbar]', (nodes) =>
          nodes
            .filter((node) => {
              const label = node.closest('label')?.textContent ?? node.textContent;
              return !(node.getAttribute('aria-label') || label?.trim());
            })
            .map((node) => node.outerHTML.slice(0, 80)),
        );
        expect(nameless).toEqual([]);
        const pictures = process.env.NABLA_SCREENSHOTS;
        if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true });
        await page.close();
      }
    }
  });

  test('follows the run in the same charts, without drawing them anew', async () => {
    const run = await writeRun(join(folder, 'follows'), MADE);
    const page = await open((await serve([run])).url);
    await page.$$eval('canvas', (canvases) => {
      for (const [index, canvas] of canvases.entries()) canvas.dataset.mark = `m${index}`;
    });
    const more = eventsOf({ ...MADE, done: 9 }).slice(eventsOf(MADE).length);
    appendFileSync(liveFolderOf(run).events, more.map(encodeEvent).join(''));
    await has(page, '.progress', 'Epoch 10 of 12');
    expect(await page.$$eval('canvas', (canvases) => canvases.map(({ dataset }) => dataset.mark))).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
    ]);
    appendFileSync(liveFolderOf(run).events, encodeEvent({ kind: 'end', at: Date.now(), how: 'finished' }));
    await has(page, '.status', 'finished');
    expect(await page.$$('.buttons button')).toHaveLength(0);
  });

  test('says when the connection is lost, and goes on when the server is back', async () => {
    const run = await writeRun(join(folder, 'restart'), MADE);
    const first = await serve([run]);
    const page = await open(first.url);
    await first.close();
    await has(page, '.banner', 'has ended');
    appendFileSync(
      liveFolderOf(run).events,
      encodeEvent({ kind: 'log', at: Date.now(), level: 'warning', text: 'after a pause' }),
    );
    await serve([run], first.port);
    await has(page, '.log .warning', 'after a pause');
    expect(await page.$('.banner')).toBeNull();
    expect(await page.$$eval('.log li', (lines) => lines.length)).toBe(9);
  });

  test('keeps what was chosen over a reload', async () => {
    const run = await writeRun(join(folder, 'reload'), MADE);
    const page = await open((await serve([run])).url);
    await page.select('.controls select', 'time');
    await page.click('.controls input[type=checkbox]');
    await page.reload();
    await page.waitForSelector('.uplot canvas');
    expect(await page.$eval('.controls select', (select) => (select as HTMLSelectElement).value)).toBe('time');
    expect(await page.$eval('.controls input[type=checkbox]', (box) => (box as HTMLInputElement).checked)).toBe(true);
    expect(await textOf(page, 'h1')).toBe('LeNet-5 on Fashion-MNIST');
  });

  test('asks the run to save, and after a second press to stop', async () => {
    const run = await writeRun(join(folder, 'asks'), MADE);
    const { requests, events } = liveFolderOf(run);
    const page = await open((await serve([run])).url);
    const press = async (text: string) => {
      const button = await page.waitForSelector(`button ::-p-text(${text})`);
      await button!.click();
    };
    await press('Save');
    await has(page, 'button', 'Saving …');
    expect(existsSync(requests.save)).toBe(true);
    appendFileSync(events, encodeEvent({ kind: 'saved', at: Date.now() + 1000 }));
    await has(page, '.buttons .note', 'saved 0 s ago');
    await press('Stop');
    await has(page, 'button', 'Really stop?');
    expect(existsSync(requests.stop)).toBe(false);
    await press('Really stop?');
    await has(page, 'button', 'Stopping …');
    expect(existsSync(requests.stop)).toBe(true);
  });

  test('shows several runs side by side', async () => {
    const parent = join(folder, 'several');
    for (const made of FOUR) await writeRun(parent, made);
    const page = await open((await serve([parent])).url);
    const rows = await page.$$eval('.runs tbody tr', (all) => all.map((row) => row.textContent ?? ''));
    expect(rows.map((row) => /running|finished|failed/.exec(row)![0])).toEqual([
      'running',
      'running',
      'finished',
      'failed',
    ]);
    expect(await page.$$eval('.runs .best', (cells) => cells.length)).toBe(2);
    const curves = () =>
      page.$$eval('.card:first-child .legend > span', (entries) =>
        entries.map((entry) => entry.textContent!.split(' ')[0]),
      );
    expect(await curves()).toEqual(['first', 'fourth,', 'second', 'third']);
    await page.click('.runs input[aria-label="Draw second"]');
    await page.waitForFunction(() => document.querySelectorAll('.card:first-child .legend > span').length === 3);
    expect(await curves()).not.toContain('second');
    const link = await page.waitForSelector('.runs button.link ::-p-text(third)');
    await link!.click();
    await has(page, '.log', 'the loss is NaN in epoch 4');
  });

  test('shows the values under the pointer in all charts', async () => {
    const run = await writeRun(join(folder, 'pointer'), MADE);
    const page = await open((await serve([run])).url);
    const over = await page.waitForSelector('.uplot .u-over');
    const { x, y, width, height } = (await over!.boundingBox())!;
    const before = await page.$$eval('.legend b', (values) => values.map((value) => value.textContent));
    await page.mouse.move(x + width / 8, y + height / 2);
    await page.waitForFunction(() => document.querySelector('.card .where')?.textContent !== '');
    const after = await page.$$eval('.legend b', (values) => values.map((value) => value.textContent));
    for (const [index, value] of after.entries()) if (index !== 5) expect(value).not.toBe(before[index]);
  });

  test('draws names of runs and classes as text, whatever they are', async () => {
    const run = await writeRun(join(folder, 'hostile'), MADE);
    const evil = '<img src=x onerror="document.title=1">';
    const events = eventsOf(MADE).map((event): RunEvent => {
      if (event.kind === 'begin') return { ...event, title: evil, settings: { [evil]: evil } };
      return event.kind === 'confusion' ? { ...event, classNames: event.classNames.map(() => evil) } : event;
    });
    writeFileSync(liveFolderOf(run).events, events.map(encodeEvent).join(''));
    const page = await open((await serve([run])).url);
    expect(await textOf(page, 'h1')).toBe(evil);
    expect(await page.$$('img')).toHaveLength(0);
    expect(readFileSync(liveFolderOf(run).events, 'utf8')).toContain('onerror');
  });
});
