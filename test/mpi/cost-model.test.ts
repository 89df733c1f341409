import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { efficiency, networkOf, ringSeconds, stepSeconds } from '../../bench/distributed/cost-model.js';
import { readFigures } from '../../bench/distributed/figures.js';
import { PAGE, PICTURE, pageWith, pictureOf, sectionOf } from '../../bench/distributed/page.js';

const network = { latency: 1e-3, bandwidth: 1e6 };

describe('the cost of a step of several processes', () => {
  test('a ring sends 2(p − 1) messages, of a p-th of the array each', () => {
    expect(ringSeconds(1, 1e6, network)).toBe(0);
    // 2 messages of 0.5 MB; 6 of 0.25 MB; 2·1023 of 1/1024 MB.
    expect(ringSeconds(2, 1e6, network)).toBeCloseTo(2e-3 + 1, 12);
    expect(ringSeconds(4, 1e6, network)).toBeCloseTo(6e-3 + 1.5, 12);
    expect(ringSeconds(1024, 1e6, network)).toBeCloseTo(2.046 + (2 * 1023) / 1024, 12);
  });

  test('one bucket leaves when the backward pass is over, and nothing of it is hidden', () => {
    const computing = { forward: 1, backward: 2, gradients: 1e6, bucket: 2e6 };
    expect(stepSeconds(1, computing, network)).toBe(3);
    expect(stepSeconds(2, computing, network)).toBeCloseTo(3 + 1.002, 12);
    expect(efficiency(2, computing, network)).toBeCloseTo(3 / 4.002, 12);
  });

  test('if buckets are shorter than the computation, only the last one is not hidden', () => {
    // Full at 2 and 3 s; each takes 0.502 s.
    const computing = { forward: 1, backward: 2, gradients: 1e6, bucket: 5e5 };
    expect(stepSeconds(2, computing, network)).toBeCloseTo(3 + 0.502, 12);
  });

  test('buckets that take longer wait for each other, from the first one on', () => {
    // Full at 1.5 s, then 4 sums of 5.002 s; the pass ends at 3 s.
    const computing = { forward: 1, backward: 2, gradients: 2e7, bucket: 5e6 };
    expect(stepSeconds(2, computing, network)).toBeCloseTo(1.5 + 4 * 5.002, 12);
    // The last bucket is smaller: 5, 5 and 2 MB.
    expect(stepSeconds(2, { ...computing, gradients: 1.2e7 }, network)).toBeCloseTo(1 + 10 / 12 + 12.006, 12);
  });

  test('latency and bandwidth follow from sums of two processes', () => {
    const times = [8, 1e6, 5e6].map((bytes) => ({ bytes, ms: 1000 * ringSeconds(2, bytes, network) }));
    const found = networkOf(times, 4e6);
    expect(found.latency).toBeCloseTo(network.latency, 5);
    expect(found.bandwidth).toBeCloseTo(network.bandwidth, -1);
    expect(() => networkOf(times, 6e6)).toThrow('sums reach 5000000 bytes, expected a bucket of 6000000');
  });
});

test('docs/distributed.md and its picture are what bench/distributed/write-page.ts writes', () => {
  const figures = readFigures();
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toBe(pageWith(sectionOf(figures), page));
  expect(readFileSync(PICTURE, 'utf8')).toBe(`${pictureOf(figures)}\n`);
});
