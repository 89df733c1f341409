import { expect, test } from 'vitest';
import { kills } from '../../scripts/campaign/kills.js';

/* A small part of `npm run campaign -- kills`. */

test('a killed run continues to the same weights and history', async () => {
  const { killed, runs, wrong } = await kills({ count: 4, seed: 1, every: 30, report: () => {} });
  expect(wrong).toEqual([]);
  expect(killed).toBeGreaterThanOrEqual(4);
  expect(runs).toBeGreaterThanOrEqual(4);
}, 300_000);
