import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserName = 'chromium' | 'firefox';

/** Commands of the browsers; the environment variables CHROMIUM and FIREFOX name others. */
const COMMANDS: Readonly<Record<BrowserName, string>> = {
  chromium: process.env.CHROMIUM ?? 'chromium',
  firefox: process.env.FIREFOX ?? 'firefox-esr',
};

/** The path of an installed browser; undefined where there is none. */
export function findBrowser(name: BrowserName): string | undefined {
  const command = COMMANDS[name];
  const folders = command.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find(existsSync);
}

/** Puppeteer keeps hidden tabs as fast as visible ones; users' browsers do not. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Firefox's own delays of a hidden tab's timers, which puppeteer turns off. */
const THROTTLED = { 'dom.min_background_timeout_value': 1000, 'dom.timeout.enable_budget_timer_throttling': true };

/**
 * Start a headless browser with an empty profile.
 * @param flags further ones for Chromium
 * @throws Error when it is not installed or does not start
 */
export async function startBrowser(name: BrowserName, flags: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser(name);
  if (!executablePath) throw new Error(`${COMMANDS[name]} is not installed`);
  return name === 'firefox'
    ? puppeteer.launch({ browser: 'firefox', executablePath, extraPrefsFirefox: THROTTLED })
    : puppeteer.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-quic', ...flags],
        ignoreDefaultArgs: UNTHROTTLED,
      });
}
