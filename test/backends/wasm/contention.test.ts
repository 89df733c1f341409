import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Contention } from '../../../src/backends/wasm/threads/contention.js';

/** Milliseconds of the process on cores, and of a clock on the wall. */
const clock = vi.hoisted(() => ({ cpu: 0 as number | null, wall: 0 }));

vi.mock('../../../src/backends/wasm/platform.js', async (original) => ({
  ...(await original<typeof import('../../../src/backends/wasm/platform.js')>()),
  cpuMilliseconds: () => clock.cpu,
}));

beforeEach(() => Object.assign(clock, { cpu: 0, wall: 0 }));
afterEach(() => vi.restoreAllMocks());

describe('threads worth using', () => {
  let contention: Contention;
  beforeEach(() => {
    vi.spyOn(performance, 'now').mockImplementation(() => clock.wall);
    contention = new Contention();
    contention.restart();
  });

  /** Jobs of 50 ms together, for which there were so many cores. */
  const jobs = (cores: number, threads: number) => {
    for (let i = 0; i < 100; i++) {
      clock.wall += 0.5;
      if (clock.cpu !== null) clock.cpu += 0.5 * cores;
      contention.note(0.5, threads);
    }
  };

  test('are all while there are cores for them', () => {
    for (const cores of [2, 1.9, 1.6, 2.7]) {
      jobs(cores, 2);
      expect(contention.worthUsing(2)).toBe(2);
    }
  });

  test.each([
    [2, 1.2, 1],
    [2, 0.3, 1],
    [8, 4.4, 4],
    [8, 2.2, 2],
    [8, 6.5, 8],
  ])('of %i with %f cores are %i', (threads, cores, expected) => {
    jobs(cores, threads);
    // Once may be an accident.
    expect(contention.worthUsing(threads)).toBe(threads);
    jobs(cores, threads);
    expect(contention.worthUsing(threads)).toBe(expected);
  });

  test('are all again after 100 ms, then 200, 400, 800 and 800 if nothing changes', () => {
    jobs(1, 2);
    for (const rest of [100, 200, 400, 800, 800]) {
      jobs(1, 2);
      clock.wall += rest - 1;
      expect(contention.worthUsing(2)).toBe(1);
      clock.wall += 1;
      expect(contention.worthUsing(2)).toBe(2);
    }
    jobs(2, 2);
    jobs(1, 2);
    expect(contention.worthUsing(2)).toBe(2);
    jobs(1, 2);
    expect(contention.worthUsing(2)).toBe(1);
    clock.wall += 100;
    expect(contention.worthUsing(2)).toBe(2);
  });

  test('are not judged by time of before the window, by few jobs, or without a clock of CPU time', () => {
    clock.wall += 5000;
    contention.restart();
    jobs(2, 2);
    for (let i = 0; i < 99; i++) contention.note(0.5, 2);
    expect(contention.worthUsing(2)).toBe(2);
    clock.cpu = null;
    contention.restart();
    jobs(1, 2);
    jobs(1, 2);
    expect(contention.worthUsing(2)).toBe(2);
  });
});
