/**
 * Opens the pages of `pages/`, bundled with the built package as applications bundle it, in headless Chromium and
 * Firefox, or in those that are named. Passes over a browser that is not installed, unless it is named.
 *
 * npx tsx scripts/browsers/run.ts [--only WORDS] [chromium] [firefox]
 */
import { parseArgs } from 'node:util';
import type { Browser } from 'puppeteer-core';
import { type BrowserName, findBrowser, startBrowser } from './browser.js';
import { bundleFile, bundleScript } from './bundle-file.js';
import { CHECKS, type Check } from './checks.js';
import { openPage, type PageOptions } from './open-page.js';
import type { Report } from './pages/report.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const names: readonly BrowserName[] = positionals.length > 0 ? (positionals as BrowserName[]) : ['chromium', 'firefox'];

/** The script of a check's page, and the chunks that it loads. */
async function scriptsOf({ page, script }: Check): Promise<Pick<PageOptions, 'script' | 'files'>> {
  const path = `pages/${page}.ts`;
  return script ? { script: await bundleScript(path, script.nablaFrom) } : bundleFile(path);
}

async function run(browser: Browser, check: Check): Promise<Report> {
  const { workers = {}, files, query, headers } = check;
  const page = await scriptsOf(check);
  const scripts = Object.entries(workers).map(async ([path, file]) => [path, (await bundleFile(file, false)).script]);
  return (await openPage(browser, {
    script: page.script,
    html: check.script?.html,
    files: { ...page.files, ...Object.fromEntries(await Promise.all(scripts)), ...files },
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
