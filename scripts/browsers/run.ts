/**
 * Opens the pages of `pages/`, bundled with the built package as applications bundle it, in headless Chromium and
 * Firefox, or in those that are named. Passes over a browser that is not installed, unless it is named.
 *
 * npx tsx scripts/browsers/run.ts [--only WORDS] [chromium] [firefox]
 */
import { parseArgs } from 'node:util';
import type { Browser } from 'puppeteer-core';
import { type BrowserName, findBrowser, startBrowser } from './browser.js';
import { bundleFile } from './bundle-file.js';
import { CHECKS, type Check } from './checks.js';
import { openPage } from './open-page.js';
import type { Report } from './pages/report.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const names: readonly BrowserName[] = positionals.length > 0 ? (positionals as BrowserName[]) : ['chromium', 'firefox'];

async function run(browser: Browser, { page, workers = {}, files, query, headers }: Check): Promise<Report> {
  const bundle = await bundleFile(`pages/${page}.ts`);
  const scripts = Object.entries(workers).map(async ([path, file]) => [path, (await bundleFile(file, false)).script]);
  return (await openPage(browser, {
    script: bundle.script,
    files: { ...bundle.files, ...Object.fromEntries(await Promise.all(scripts)), ...files },
    headers,
    query: new URLSearchParams(query).toString(),
    minutes: 2,
  })) as Report;
}

for (const name of names) {
  if (!findBrowser(name)) {
    if (positionals.length > 0) throw new Error(`${name} is not installed`);
    console.log(`${name}: skipped, it is not installed`);
    continue;
  }
  const browser = await startBrowser(name);
  console.log(`== ${await browser.version()}`);
  try {
    for (const check of CHECKS.filter((check) => check.name.includes(values.only ?? ''))) {
      const start = performance.now();
      const { failures, notes } = await run(browser, check);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${check.name}: ${failures.length > 0 ? 'FAILED' : 'passed'} in ${seconds} s`);
      for (const line of [...notes, ...failures.map((failure) => `FAILED ${failure}`)]) console.log(`  ${line}`);
      if (failures.length > 0) process.exitCode = 1;
    }
  } finally {
    await browser.close();
  }
}
