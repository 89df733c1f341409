import { expect, test } from 'vitest';
import { progressOf, statusOf } from '../../src/watch/page/state/progress.js';
import { Run } from '../../src/watch/page/state/run.js';
import {
  epochSeries,
  metricNames,
  rangeOf,
  type Series,
  smoothed,
  thinned,
  trainSeries,
} from '../../src/watch/page/state/series.js';
import { eventsOf, type MadeRun } from './made-runs.js';

const MADE: MadeRun = { name: 'run', epochs: 6, done: 3.5, rate: 1e-3, seed: 1, isRunning: true };

function runOf(made: MadeRun): Run {
  const run = new Run();
  for (const event of eventsOf(made)) run.apply(event);
  return run;
}

test('a run knows how far it is, and how long it takes', () => {
  const run = runOf(MADE);
  const { done, epochs, step, steps, left } = progressOf(run);
  expect({ epochs, steps }).toEqual({ epochs: 6, steps: 313 });
  expect(done).toBeCloseTo(3.5, 1);
  expect(step).toBeGreaterThan(100);
  // The mean of the last three epochs, for what is left of the six.
  const recent = run.epochs.map(({ seconds }) => seconds);
  expect(left).toBeCloseTo(((6 - done) * (recent[0] + recent[1] + recent[2])) / 3, 6);
  expect(statusOf(run, true)).toBe('running');
  expect(statusOf(run, false)).toBe('lost');
  expect(statusOf(runOf({ ...MADE, end: 'failed' }), false)).toBe('failed');
});

test('what a continued run repeats replaces what was there; a pause takes no time', () => {
  const run = runOf(MADE);
  const before = { points: run.points.length, time: run.time };
  const [begin, ...events] = eventsOf(MADE);
  if (begin.kind !== 'begin') throw new Error('the first event begins a run');
  const later = begin.at + 86_400_000;
  run.apply({ ...begin, at: later, continued: true });
  expect(run.time).toBeCloseTo(before.time, 6);
  expect(run.points).toHaveLength(before.points);
  // Epoch 2 was not saved.
  const shift = 86_400_000;
  const again = events.filter((event) => 'epoch' in event && event.epoch >= 2);
  for (const event of again) run.apply({ ...event, at: event.at + shift });
  const places = run.points.map(({ place }) => place);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
  expect(run.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
});

test('a run that begins anew forgets the other', () => {
  const run = runOf(MADE);
  const [begin] = eventsOf(MADE);
  run.apply(begin);
  expect([run.points, run.epochs, run.confusion]).toEqual([[], [], null]);
  expect(run.histograms.size).toBe(0);
});

test('curves are over epochs or time, and have gaps where a value is not finite', () => {
  const run = runOf(MADE);
  expect(metricNames([run])).toEqual(['loss', 'accuracy']);
  expect(epochSeries(run, 'val_loss', 'epochs').x).toEqual([1, 2, 3]);
  const time = trainSeries(run, 'loss', 'time').x;
  expect(time[0]).toBeCloseTo(0.5, 6);
  const point = run.points[3] as { logs: Record<string, number> };
  point.logs = { loss: Number.NaN };
  expect(trainSeries(run, 'loss', 'epochs').y[3]).toBeNull();
});

test('smoothing has no bias at the start', () => {
  const { y } = smoothed({ x: [0, 1, 2], y: [4, 4, 4] }, 0.9);
  for (const value of y) expect(value).toBeCloseTo(4, 12);
  // (0.5·1 + 1·3)/1.5 of the debiased mean.
  expect(smoothed({ x: [0, 1], y: [1, 3] }, 0.5).y[1]).toBeCloseTo(3.5 / 1.5, 12);
  expect(smoothed({ x: [0, 1, 2], y: [1, null, 1] }, 0.5).y).toEqual([1, null, 1]);
});

test('thousands of points are thinned out, with their spikes', () => {
  const count = 50_000;
  const series: Series = {
    x: Array.from({ length: count }, (_, index) => index),
    y: Array.from({ length: count }, (_, index) => (index === 31_234 ? 99 : index === 7 ? -5 : Math.sin(index / 900))),
  };
  const { x, y } = thinned(series, 1000);
  expect(x.length).toBeLessThanOrEqual(1000);
  expect(x.length).toBeGreaterThan(900);
  expect(Math.max(...(y as number[]))).toBe(99);
  expect(Math.min(...(y as number[]))).toBe(-5);
  expect(x).toEqual([...x].sort((a, b) => a - b));
  expect(thinned({ x: [0, 1], y: [null, null] }, 10).y).toEqual([null, null]);
});

test('one spike does not flatten the axis, and the chart says so', () => {
  const y = Array.from({ length: 30 }, (_, index) => 2 - index / 30);
  const plain = rangeOf([{ x: [...y.keys()], y }], false);
  expect(plain.cutOff).toBeNull();
  y[12] = 6000;
  const cut = rangeOf([{ x: [...y.keys()], y }], false);
  expect(cut.cutOff).toBe(6000);
  expect(cut.max).toBeLessThan(4);
  expect(rangeOf([{ x: [...y.keys()], y }], true).max).toBeGreaterThan(6000);
  expect(rangeOf([{ x: [], y: [] }], false)).toEqual({ min: 0, max: 1, cutOff: null });
});
