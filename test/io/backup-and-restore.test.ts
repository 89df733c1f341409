import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { array } from '../../src/data/index.js';
import { backupAndRestore } from '../../src/io/backup-and-restore.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { csvLogger } from '../../src/node.js';
import { adam } from '../../src/optim/index.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { CallbackFunctions } from '../../src/training/callbacks/callback.js';
import type { FitOptions } from '../../src/training/fit-options.js';
import { startBackend } from '../support/backends.js';

/* A run that is cut short at any step and continued has the numbers of one that was not, to the bit. */

let folder: string;
beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'nabla-backup-')), 'backup');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
  disposeVariables();
});

const rows = Array.from({ length: 26 }, (_, i) => Array.from(uniformValues(3, i)));
const labels = rows.map(([a, b]) => (a > b ? 1 : 0));

function compiled(): Model {
  clearSession();
  setSeed(11);
  const made = sequential({
    layers: [
      layers.dense({ units: 6, activation: 'relu', inputShape: [3] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      layers.dropout({ rate: 0.1, seed: 5 }),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  made.compile({
    optimizer: adam({ learningRate: 0.05 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy', 'sparseCategoricalCrossentropy'],
  });
  return made;
}

const OPTIONS: FitOptions = { epochs: 4, batchSize: 4, validationSplit: 0.2 };

const weightsOf = (made: Model): number[][] => made.getWeights().map((weight) => Array.from(weight.dataSync()));

/** Ends training like a signal: by an error, after so many steps in all. */
function killAfter(steps: number): CallbackFunctions {
  let done = 0;
  return {
    onBatchEnd() {
      if (++done === steps) throw new Error('killed');
    },
  };
}

async function uninterrupted() {
  const made = compiled();
  const { history, epoch } = await made.fit(rows, labels, OPTIONS);
  return { history, epoch, weights: weightsOf(made) };
}

describe('backupAndRestore', () => {
  // Epochs have five steps: in the first, in its last, in the first of the next, in the middle, in the last of all.
  test.each([2, 5, 6, 13, 20])('killed after %i steps', async (steps) => {
    const expected = await uninterrupted();
    const keep = () => backupAndRestore(folder, { saveFreq: 1 });
    await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks: [keep(), killAfter(steps)] })).rejects.toThrow(
      'killed',
    );
    const made = compiled();
    // Values of another start: all must come from the backup.
    setSeed(99);
    const { history, epoch } = await made.fit(rows, labels, { ...OPTIONS, callbacks: keep() });
    expect({ history, epoch, weights: weightsOf(made) }).toEqual(expected);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without saveFreq an epoch is the unit', async () => {
    const expected = await uninterrupted();
    const callbacks = [backupAndRestore(folder), killAfter(13)];
    await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks })).rejects.toThrow('killed');
    expect(JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')).state).toMatchObject({
      epoch: 2,
      position: { step: 0 },
    });
    const made = compiled();
    setSeed(99);
    const { history } = await made.fit(rows, labels, { ...OPTIONS, callbacks: backupAndRestore(folder) });
    expect({ history, weights: weightsOf(made) }).toEqual({ history: expected.history, weights: expected.weights });
  });

  test('interval writes within an epoch', async () => {
    const callbacks = [backupAndRestore(folder, { interval: 1e-9 }), killAfter(3)];
    await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks })).rejects.toThrow('killed');
    expect(JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')).state.position.step).toBe(2);
  });

  test('data sets continue after the steps that were done', async () => {
    const set = () =>
      array(rows.map((xs, i) => ({ xs, ys: labels[i] })))
        .shuffle(26, 7)
        .batch(4);
    const reference = compiled();
    const { history } = await reference.fitDataset(set(), { epochs: 2 });
    const keep = () => backupAndRestore(folder, { saveFreq: 1, deleteCheckpoint: false });
    const first = compiled();
    await expect(first.fitDataset(set(), { epochs: 2, callbacks: [keep(), killAfter(3)] })).rejects.toThrow('killed');
    const made = compiled();
    setSeed(99);
    expect((await made.fitDataset(set(), { epochs: 2, callbacks: keep() })).history).toEqual(history);
    expect(weightsOf(made)).toEqual(weightsOf(reference));
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('a finished training leaves nothing, and one that is done is not repeated', async () => {
    const made = compiled();
    await made.fit(rows, labels, { ...OPTIONS, callbacks: backupAndRestore(folder, { deleteCheckpoint: false }) });
    const before = weightsOf(made);
    const { epoch } = await made.fit(rows, labels, { ...OPTIONS, callbacks: backupAndRestore(folder) });
    expect(epoch).toEqual([0, 1, 2, 3]);
    expect(weightsOf(made)).toEqual(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what does not belong together is refused', async () => {
    const keep = () => backupAndRestore(folder, { saveFreq: 1, deleteCheckpoint: false });
    const killed = compiled().fit(rows, labels, { ...OPTIONS, callbacks: [keep(), killAfter(3)] });
    await expect(killed).rejects.toThrow('killed');
    await expect(compiled().fit(rows, labels, { ...OPTIONS, batchSize: 8, callbacks: keep() })).rejects.toThrow(
      'in an epoch with steps 5, expected the same in fit, given 3',
    );
    const other = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    other.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    await expect(other.fit(rows, labels, { ...OPTIONS, callbacks: keep() })).rejects.toThrow();
    const model = readdirSync(folder).find((name) => name.endsWith('.h5'))!;
    writeFileSync(join(folder, model), 'x');
    await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks: keep() })).rejects.toThrow('is not its model');
  });

  test('a folder that cannot be made is named', async () => {
    writeFileSync(join(folder, '..', 'file'), '');
    for (const path of [join(folder, '..', 'file'), join(folder, '..', 'file', 'inner')]) {
      await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks: backupAndRestore(path) })).rejects.toThrow(
        `${path}: cannot be written: a file exists in place of a folder`,
      );
    }
    const callbacks = csvLogger(join(folder, 'nowhere', 'log.csv'));
    await expect(compiled().fit(rows, labels, { ...OPTIONS, callbacks })).rejects.toThrow(
      `csvLogger: ${join(folder, 'nowhere', 'log.csv')} cannot be written: ENOENT`,
    );
  });

  test('options', () => {
    expect(() => backupAndRestore(folder, { intervall: 3 } as never)).toThrow("did you mean 'interval'?");
    expect(() => backupAndRestore(folder, { saveFreq: 0 })).toThrow("saveFreq is 0, expected one of 'epoch' or");
    expect(() => backupAndRestore('')).toThrow("folder is '', expected a path");
  });
});
