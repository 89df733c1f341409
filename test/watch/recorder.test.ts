import '../../src/ops/methods.js';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as layers from '../../src/layers/index.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { setSeed } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { CallbackFunctions } from '../../src/training/callbacks/index.js';
import { liveReport } from '../../src/watch/live-report.js';
import { decodeEvent, encodeEvent, type RunEvent } from '../../src/watch/log/event.js';
import { liveFolderOf } from '../../src/watch/log/live-folder.js';
import { request } from '../../src/watch/log/requests.js';
import { startBackend } from '../support/backends.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-recorder-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});
beforeAll(async () => void (await startBackend('wasm')));

/** Points of three classes, in order of their class. */
const COUNT = 96;
const xs = Array.from({ length: COUNT }, (_, row) => [Math.sin(row), row % 3, Math.cos(3 * row), 0.5]);
const classes = Array.from({ length: COUNT }, (_, row) => row % 3);
const oneHot = classes.map((label) => [0, 1, 2].map((other) => Number(other === label)));

function classifier(outputs = 3): Sequential {
  setSeed(7);
  const model = sequential([
    layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: outputs, activation: outputs === 1 ? 'sigmoid' : 'softmax' }),
  ]);
  const loss = outputs === 1 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy';
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  return model;
}

const eventsIn = (run: string): RunEvent[] =>
  readFileSync(liveFolderOf(run).events, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => decodeEvent(line)!);
const ofKind = <K extends RunEvent['kind']>(events: readonly RunEvent[], kind: K) =>
  events.filter((event): event is Extract<RunEvent, { kind: K }> => event.kind === kind);

async function trained(callbacks: CallbackFunctions[], options = {}) {
  const model = classifier();
  const { history } = await model.fit(xs, classes, {
    epochs: 3,
    batchSize: 8,
    validationData: [xs, classes],
    yieldEvery: 'batch',
    callbacks,
    ...options,
  });
  const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
  return { model, history, weights };
}

test('a run has the same bits with and without its events, and leaves no tensor behind', async () => {
  const left = async (callbacks: CallbackFunctions[]) => {
    const before = memory().numTensors;
    const { history, weights } = await trained(callbacks);
    return { history, weights, tensors: memory().numTensors - before };
  };
  const plain = await left([]);
  expect(await left([liveReport({ folder: join(folder, 'same'), serve: false })])).toEqual(plain);
});

describe('the events of a run', () => {
  const run = join(folder, 'events');
  let events: RunEvent[] = [];
  beforeAll(async () => {
    await trained([liveReport({ folder: run, serve: false, classNames: ['a', 'b', 'c'], settings: { Batch: 8 } })]);
    events = eventsIn(run);
  });

  test('begin and end', () => {
    expect(events[0]).toMatchObject({
      kind: 'begin',
      continued: false,
      epochs: 3,
      steps: 12,
      samples: COUNT,
      batchSize: 8,
      directions: { loss: 'min', accuracy: 'max' },
      settings: { Batch: 8 },
    });
    expect(events.at(-1)).toMatchObject({ kind: 'end', how: 'finished' });
  });

  test('have the numbers of each epoch', async () => {
    const { history } = await trained([]);
    const epochs = ofKind(events, 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    for (const [name, values] of Object.entries(history)) {
      epochs.forEach(({ logs }, index) => void expect(logs[name]).toBeCloseTo(values[index], 5));
    }
  });

  test('count in the confusion matrix what the accuracy counts', () => {
    const epochs = ofKind(events, 'epoch');
    const matrices = ofKind(events, 'confusion');
    expect(matrices.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    for (const [index, { counts, classNames }] of matrices.entries()) {
      expect(classNames).toEqual(['a', 'b', 'c']);
      expect(counts.map((row) => row.reduce((sum, count) => sum + count))).toEqual([32, 32, 32]);
      const right = counts.reduce((sum, row, label) => sum + row[label], 0);
      expect(right / COUNT).toBeCloseTo(epochs[index].logs.val_accuracy, 6);
    }
  });

  test('have histograms of each weight and each gradient', () => {
    const histograms = ofKind(events, 'histograms');
    expect(histograms.filter(({ of }) => of === 'weights').map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
    expect(histograms.filter(({ of }) => of === 'gradients')).toHaveLength(3);
    for (const { histograms: list } of histograms) {
      expect(list).toHaveLength(4);
      expect(list[0].counts.reduce((sum, count) => sum + count)).toBe(4 * 8);
    }
  });
});

test('the confusion matrix follows one-hot labels and one output, and leaves out what is no class', async () => {
  const counts = async (name: string, model: Sequential, y: unknown) => {
    const run = join(folder, name);
    await model.fit(xs, y as number[], {
      validationData: [xs, y as number[]],
      callbacks: liveReport({ folder: run, serve: false }),
    });
    return ofKind(eventsIn(run), 'confusion').map(({ counts }) =>
      counts.map((row) => row.reduce((sum, count) => sum + count)),
    );
  };
  const hot = classifier();
  hot.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  expect(await counts('hot', hot, oneHot)).toEqual([[32, 32, 32]]);
  expect(
    await counts(
      'binary',
      classifier(1),
      classes.map((label) => [Number(label === 2)]),
    ),
  ).toEqual([[64, 32]]);
  const regression = classifier(1);
  regression.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  expect(
    await counts(
      'regression',
      regression,
      xs.map(([value]) => [value]),
    ),
  ).toEqual([]);
});

test('points have the exact means of the steps between them', async () => {
  const run = join(folder, 'points');
  // Every step takes longer than the shortest interval of points.
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 250));
  await trained([liveReport({ folder: run, serve: false, histograms: false })], {
    epochs: 1,
    validationData: undefined,
  });
  const events = eventsIn(run);
  const points = ofKind(events, 'point');
  const [{ logs }] = ofKind(events, 'epoch');
  expect(points.length).toBeGreaterThan(5);
  // Four steps may be under way at each yield, so that the last ones of the epoch are in no point.
  const counted = points.map(({ step }) => Math.max(0, step - 4));
  const seen = counted.map((steps, index) => 8 * (steps - (counted[index - 1] ?? 0)));
  expect(seen.every((samples) => samples > 0)).toBe(true);
  const reference = await stepLosses();
  points.forEach(({ logs: own }, index) => {
    const from = (counted[index - 1] ?? 0) as number;
    const part = reference.slice(from, counted[index]);
    expect(own.loss).toBeCloseTo(part.reduce((sum, loss) => sum + loss, 0) / part.length, 5);
  });
  expect(reference.reduce((sum, loss) => sum + loss, 0) / reference.length).toBeCloseTo(logs.loss, 5);
});

/** The loss of each step of the first epoch, from the means that callbacks of batches are told. */
async function stepLosses(): Promise<number[]> {
  const means: number[] = [];
  await trained([{ onBatchEnd: (_, { loss }) => void means.push(loss) }], { epochs: 1, validationData: undefined });
  return means.map((mean, step) => mean * (step + 1) - (step > 0 ? means[step - 1] * step : 0));
}

describe('requests', () => {
  /** Asks within the first epoch, and waits until the request was seen. */
  const asking = (run: string, what: 'stop' | 'save'): CallbackFunctions => {
    const path = liveFolderOf(run).requests[what];
    let isAsked = false;
    return {
      async onYield() {
        if (!isAsked) await request(liveFolderOf(run), what);
        isAsked = true;
        while (existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
  };

  test('stop ends training after the step', async () => {
    const run = join(folder, 'stop');
    const { history } = await trained([liveReport({ folder: run, serve: false }), asking(run, 'stop')]);
    expect(history.loss).toHaveLength(1);
    expect(eventsIn(run).at(-1)).toMatchObject({ kind: 'end', how: 'stopped' });
  });

  test('save writes the model, and training goes on', async () => {
    const run = join(folder, 'save');
    await import('../../src/io/models-with-files.js');
    const { history } = await trained([liveReport({ folder: run, serve: false }), asking(run, 'save')]);
    expect(history.loss).toHaveLength(3);
    expect(existsSync(join(run, 'model.keras'))).toBe(true);
    expect(ofKind(eventsIn(run), 'saved')).toHaveLength(1);
  });

  test('one that an earlier run left is forgotten', async () => {
    const run = join(folder, 'left');
    mkdirSync(liveFolderOf(run).path, { recursive: true });
    writeFileSync(liveFolderOf(run).requests.stop, '');
    const { history } = await trained([liveReport({ folder: run, serve: false })]);
    expect(history.loss).toHaveLength(3);
  });
});

describe('training goes on', () => {
  test.each([
    ['where a file is in the place of the folder', (run: string) => writeFileSync(run, ''), /cannot be written/],
    [
      'where another process writes the same events',
      (run: string) => {
        mkdirSync(liveFolderOf(run).path, { recursive: true });
        // A process that runs: the one that started this one.
        writeFileSync(liveFolderOf(run).owner, JSON.stringify({ pid: process.ppid, host: 'elsewhere', began: null }));
      },
      /belongs to a run of process/,
    ],
  ])('%s', async (name, prepare, message) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const run = join(folder, name.replaceAll(' ', '-'));
    prepare(run);
    const { history } = await trained([liveReport({ folder: run, serve: false })]);
    expect(history.loss).toHaveLength(3);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0][0]).toMatch(message);
  });
});

test('a training that is continued adds to the events; one that begins anew replaces them', async () => {
  const run = join(folder, 'continued');
  const report = () => liveReport({ folder: run, serve: false });
  await trained([report()], { epochs: 2 });
  await trained([report()], { epochs: 4, initialEpoch: 2 });
  const events = eventsIn(run);
  expect(ofKind(events, 'begin').map(({ continued }) => continued)).toEqual([false, true]);
  expect(ofKind(events, 'epoch').map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  await trained([report()], { epochs: 1 });
  expect(ofKind(eventsIn(run), 'epoch').map(({ epoch }) => epoch)).toEqual([0]);
});

test('numbers that are not finite survive a line', () => {
  const logs = { loss: Number.NaN, a: Number.POSITIVE_INFINITY, b: Number.NEGATIVE_INFINITY, c: 0.1 };
  const event: RunEvent = { kind: 'point', at: 1, epoch: 0, step: 1, logs, learningRate: 1e-4, speed: null };
  expect(decodeEvent(encodeEvent(event).trim())).toEqual(event);
  expect(decodeEvent('{"kind":"poi')).toBeNull();
});

test('wrong options are refused by name', () => {
  expect(() => liveReport({ folder: 'x', ports: 1 } as never)).toThrow("did you mean 'port'?");
  expect(() => liveReport({} as never)).toThrow('folder');
});
