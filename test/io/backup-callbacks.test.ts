import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backupAndRestore } from '../../src/io/backup-and-restore.js';
import '../../src/io/models-with-files.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { csvLogger } from '../../src/node.js';
import { sgd } from '../../src/optim/index.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { Callback, type CallbackFunctions } from '../../src/training/callbacks/callback.js';
import * as callbacks from '../../src/training/callbacks/index.js';
import { startBackend } from '../support/backends.js';

/* Callbacks of a run that is continued take the decisions of one that was not interrupted. */

let root: string;
beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nabla-callbacks-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  disposeVariables();
  vi.restoreAllMocks();
});

const rows = Array.from({ length: 24 }, (_, i) => Array.from(uniformValues(3, i)));
// Labels by chance: losses of validation go up and down.
const labels = rows.map((_, i) => (uniformValues(1, 100 + i)[0] > 0.5 ? 1 : 0));
const EPOCHS = 9;
/** Of an epoch. */
const STEPS = 4;

function compiled(): Model {
  clearSession();
  setSeed(3);
  const model = sequential({
    layers: [
      layers.dense({ units: 8, activation: 'relu', inputShape: [3] }),
      layers.dropout({ rate: 0.4 }),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

interface Run {
  readonly callbacks: readonly CallbackFunctions[];
  /** What the callbacks have decided, beyond weights, history and rates. */
  readonly decisions?: () => unknown;
}

/** Rates at the end of each epoch, over all parts of a run. */
class Rates extends Callback {
  readonly rates: number[] = [];
  override onEpochEnd(epoch: number) {
    this.rates[epoch] = this.model.optimizer.learningRate;
  }
}

/** Ends training after so many steps in all, or at its end. */
function kill(at: number | 'train end'): CallbackFunctions {
  let done = 0;
  const die = () => {
    throw new Error('killed');
  };
  if (at === 'train end') return { onTrainEnd: die };
  return { onBatchEnd: () => (++done === at ? die() : undefined) };
}

async function train(run: Run, others: readonly CallbackFunctions[], rates: Rates) {
  const model = compiled();
  const { history, epoch } = await model.fit(rows, labels, {
    epochs: EPOCHS,
    batchSize: 5,
    validationSplit: 1 / 6,
    callbacks: [...others, ...run.callbacks, rates],
  });
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  return { history, epoch, weights, rates: rates.rates, decisions: run.decisions?.() };
}

const RUNS: Record<string, (folder: string) => Run> = {
  earlyStopping: () => {
    const stopping = callbacks.earlyStopping({ patience: 2, restoreBestWeights: true });
    return { callbacks: [stopping], decisions: () => [stopping.stoppedEpoch, stopping.bestEpoch] };
  },
  'earlyStopping with a baseline that is not reached': () => {
    const stopping = callbacks.earlyStopping({ patience: 4, baseline: 0, startFromEpoch: 1 });
    return { callbacks: [stopping], decisions: () => [stopping.stoppedEpoch, stopping.bestEpoch] };
  },
  reduceLROnPlateau: () => ({
    callbacks: [callbacks.reduceLROnPlateau({ patience: 1, cooldown: 2, factor: 0.5, monitor: 'val_loss' })],
  }),
  learningRateScheduler: () => ({ callbacks: [callbacks.learningRateScheduler((_, rate) => rate * 0.8)] }),
  'learningRateScheduler, and a rate that is set between steps': () => {
    class PerStep extends Callback {
      override onBatchEnd(batch: number) {
        if (batch === 0) this.model.optimizer.learningRate = this.model.optimizer.learningRate / 2;
      }
    }
    return { callbacks: [callbacks.learningRateScheduler((_, rate) => rate * 0.8), new PerStep()] };
  },
  modelCheckpoint: (folder) => ({
    callbacks: [callbacks.modelCheckpoint({ filepath: join(folder, '{epoch}.keras'), saveBestOnly: true })],
    decisions: () => readdirSync(folder).filter((name) => name.endsWith('.keras')),
  }),
  csvLogger: (folder) => ({
    callbacks: [csvLogger(join(folder, 'log.csv'))],
    decisions: () => readFileSync(join(folder, 'log.csv'), 'utf8'),
  }),
  'two of a class': () => ({
    callbacks: [
      callbacks.reduceLROnPlateau({ patience: 1, factor: 0.5 }),
      callbacks.reduceLROnPlateau({ patience: 2, factor: 0.9, monitor: 'loss' }),
      callbacks.earlyStopping({ patience: 5 }),
    ],
  }),
  'one of the user': () => {
    class Alternating extends Callback {
      count = 0;
      override onEpochEnd() {
        if (++this.count % 2 === 0) this.model.optimizer.learningRate = 0.3 / this.count;
      }
      override getState() {
        return { values: { count: this.count } };
      }
      override setState({ values }: { readonly values: Readonly<Record<string, unknown>> }) {
        this.count = Number(values.count);
      }
    }
    return { callbacks: [new Alternating()] };
  },
};

const kills = [2, STEPS, STEPS + 1, 2 * STEPS + 3, 4 * STEPS - 1, 'train end'] as const;

describe.each(Object.keys(RUNS))('%s', (name) => {
  test.each(kills)('killed at step %s', async (at) => {
    const folder = join(root, 'run');
    const backup = join(root, 'backup');
    const whole = mkdtempSync(join(root, 'whole-'));
    const expected = await train(RUNS[name](whole), [], new Rates());
    // It decides something: rates change, or epochs are left out.
    const decided = new Set(expected.rates).size > 1 || expected.epoch.length < EPOCHS || expected.decisions;
    expect(decided).toBeTruthy();
    const before = memory().numTensors;
    mkdirSync(folder);
    const first = RUNS[name](folder);
    const rates = new Rates();
    const keep = () => backupAndRestore(backup, { saveFreq: 2 });
    await expect(train(first, [kill(at), keep()], rates)).rejects.toThrow('killed');
    const found = await train(RUNS[name](folder), [keep()], rates);
    expect(found).toEqual(expected);
    expect(readdirSync(backup)).toEqual([]);
    disposeVariables();
    expect(memory().numTensors).toBeLessThanOrEqual(before);
  });
});

describe('a backup with states of callbacks', () => {
  const backup = () => join(root, 'backup');
  const keep = () => backupAndRestore(backup(), { deleteCheckpoint: false });
  const OPTIONS = { epochs: 3, batchSize: 5, validationSplit: 1 / 6 };

  const left = (list: readonly CallbackFunctions[]) =>
    compiled()
      .fit(rows, labels, { ...OPTIONS, callbacks: [...list, keep(), kill(2 * STEPS + 1)] })
      .catch(() => {});

  test('warns of callbacks that were not there, and of those that are not there now', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await left([callbacks.earlyStopping({ patience: 9 })]);
    await compiled().fit(rows, labels, {
      ...OPTIONS,
      callbacks: [callbacks.reduceLROnPlateau(), callbacks.terminateOnNaN(), keep()],
    });
    expect(warn.mock.calls.flat()).toEqual([
      'fit: ReduceLROnPlateau was missing when training was interrupted, and starts with its initial state',
      'fit: EarlyStopping was present when training was interrupted, and is missing now',
    ]);
  });

  test('refuses states and arrays that are damaged', async () => {
    await left([callbacks.earlyStopping({ patience: 9, restoreBestWeights: true })]);
    const resume = () =>
      compiled().fit(rows, labels, {
        ...OPTIONS,
        callbacks: [callbacks.earlyStopping({ patience: 9, restoreBestWeights: true }), keep()],
      });
    const state = join(backup(), 'backup.json');
    const text = readFileSync(state, 'utf8');
    for (const [part, forged, message] of [
      ['"wait": 1', '"wait": "1"', "earlyStopping: wait of the saved state is '1', expected a number"],
      ['"arrays": 4', '"arrays": 5', 'EarlyStopping: array 4 is missing'],
      ['"arrays": 4', '"arrays": 3', 'earlyStopping: the saved weights have sizes 24,8,16, expected 24,8,16,2'],
    ]) {
      expect(text).toContain(part);
      writeFileSync(state, text.replace(part, forged));
      await expect(resume()).rejects.toThrow(message);
    }
    writeFileSync(state, text);
    const arrays = readdirSync(backup()).find((name) => name.endsWith('.safetensors'))!;
    writeFileSync(join(backup(), arrays), 'x');
    await expect(resume()).rejects.toThrow('is not its file of arrays');
    rmSync(join(backup(), arrays));
    await expect(resume()).rejects.toThrow('its file of arrays, ');
  });
});
