import '../../src/ops/methods.js';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../../src/io/load.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { MeanMetric } from '../../src/metrics/index.js';
import type { Model } from '../../src/models/model.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { sgd } from '../../src/optim/index.js';
import { setSeed } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import {
  Callback,
  earlyStopping,
  learningRateScheduler,
  type ModelCheckpointOptions,
  modelCheckpoint,
  reduceLROnPlateau,
  terminateOnNaN,
} from '../../src/training/callbacks/index.js';
import { csvLogger } from '../../src/training/callbacks/node.js';
import { linePrinter, type ProgressListener } from '../../src/training/progress.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(1);
});
afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

/** y = w · x at w = 1; on x = 1, y = 3 the loss falls, or rises with a learning rate above 1. */
function line(learningRate = 0.1): Sequential {
  const made = sequential({
    layers: [layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [1] })],
  });
  made.compile({ optimizer: sgd({ learningRate }), loss: 'mse' });
  return made;
}

const x = [[1], [1], [1], [1]];
const y = [[3], [3], [3], [3]];
const weight = (made: Model) => made.weights[0].variable.dataSync()[0];

describe('order', () => {
  test('of every call, with the logs that each gets', async () => {
    const calls: string[] = [];
    const names = (logs: object | undefined) => Object.keys(logs ?? {}).join(' ');
    await line().fit(x, y, {
      epochs: 2,
      batchSize: 2,
      validationData: [x, y],
      callbacks: {
        onTrainBegin: () => void calls.push('train begin'),
        onEpochBegin: async (epoch) => void calls.push(`epoch ${epoch} begin`),
        onBatchBegin: (batch) => void calls.push(`batch ${batch} begin`),
        onBatchEnd: (batch, logs) => void calls.push(`batch ${batch} end: ${names(logs)}`),
        onEpochEnd: (epoch, logs) => void calls.push(`epoch ${epoch} end: ${names(logs)}`),
        onTrainEnd: (logs) => void calls.push(`train end: ${names(logs)}`),
      },
    });
    const batch = (number: number) => [`batch ${number} begin`, `batch ${number} end: loss`];
    const epoch = (number: number) => [
      `epoch ${number} begin`,
      ...batch(0),
      ...batch(1),
      `epoch ${number} end: loss val_loss`,
    ];
    expect(calls).toEqual(['train begin', ...epoch(0), ...epoch(1), 'train end: loss val_loss']);
  });

  test('batch logs are means of the epoch so far', async () => {
    const seen: number[] = [];
    const made = line(0);
    await made.fit([[1], [1]], [[2], [4]], {
      batchSize: 1,
      shuffle: false,
      callbacks: [{ onBatchEnd: (_, logs) => void seen.push(logs!.loss) }],
    });
    expect(seen).toEqual([1, 5]);
  });

  test('a callback class has access to the model and the parameters', async () => {
    class Watch extends Callback {
      seen: unknown[] = [];
      override onTrainBegin(): void {
        this.seen.push(this.model.name, this.params);
      }
    }
    const watch = new Watch();
    const made = line();
    await made.fit(x, y, { epochs: 3, batchSize: 3, initialEpoch: 1, callbacks: watch });
    expect(watch.seen).toEqual([
      made.name,
      { epochs: 3, initialEpoch: 1, steps: 2, samples: 4, batchSize: 3, doValidation: false },
    ]);
  });

  test('stopTraining ends after the step that runs; an error in a callback leaves the model usable', async () => {
    const made = line();
    const stop = { onBatchEnd: () => void (made.stopTraining = true) };
    const { epoch } = await made.fit(x, y, { epochs: 5, batchSize: 1, callbacks: stop });
    expect(epoch).toEqual([0]);
    expect(made.optimizer.iterations).toBe(1);
    const failing = { onBatchBegin: () => Promise.reject(new Error('mine')) };
    await expect(made.fit(x, y, { callbacks: failing })).rejects.toThrow('mine');
    expect((await made.fit(x, y)).epoch).toEqual([0]);
  });
});

describe('earlyStopping', () => {
  /** Runs epochs in which the loss rises from the third on. */
  const rising = async (callback: Callback) => {
    const made = line();
    const schedule = { onEpochBegin: (epoch: number) => void (made.optimizer.learningRate = epoch < 2 ? 0.1 : 1.2) };
    const { history } = await made.fit(x, y, { epochs: 20, batchSize: 4, callbacks: [schedule, callback] });
    return { made, losses: history.loss };
  };

  test('ends after patience, and may bring the best weights back', async () => {
    const stopping = earlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true });
    const { made, losses } = await rising(stopping);
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 1 + 2);
    expect(stopping.stoppedEpoch).toBe(best + 2);
    expect(stopping.bestEpoch).toBe(best);
    // The weights after the epoch whose loss, measured before its update, was the least.
    expect(Math.abs(3 - weight(made))).toBeLessThan(3);
    const { made: left } = await rising(earlyStopping({ monitor: 'loss', patience: 2 }));
    expect(weight(left)).not.toBe(weight(made));
  });

  test('minDelta, mode, baseline', async () => {
    expect((await rising(earlyStopping({ monitor: 'loss', minDelta: 1e9 }))).losses).toHaveLength(2);
    expect((await rising(earlyStopping({ monitor: 'loss', mode: 'max', patience: 1 }))).losses).toHaveLength(2);
    // An epoch that improves without reaching the baseline does not start the count anew.
    expect((await rising(earlyStopping({ monitor: 'loss', baseline: 0, patience: 4 }))).losses).toHaveLength(4);
    expect((await rising(earlyStopping({ monitor: 'loss', patience: 4 }))).losses).toHaveLength(7);
  });

  test('a key that logs lack is warned of once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await line().fit(x, y, { epochs: 3, callbacks: earlyStopping() });
    expect(warn.mock.calls).toEqual([['earlyStopping: val_loss is not in the logs, which have loss']]);
  });
});

describe('mode auto', () => {
  // Keras 3: the direction of the watched metric decides, and where it has none, mode must be given.
  const own = (_: Tensor, yPred: Tensor) => yPred.mean(-1);

  async function watch(monitor: string, mode?: 'min' | 'max') {
    const made = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    made.compile({ optimizer: sgd(0), loss: 'mse', metrics: ['mae', 'accuracy', own] });
    const stop = earlyStopping({ monitor, mode });
    await made.fit([[1]], [[1]], { validationData: [[[1]], [[1]]], callbacks: [stop] });
  }

  test.each(['loss', 'val_loss', 'mae', 'val_accuracy'])('%s has a direction', (monitor) => watch(monitor));

  test('a function of the user has none', async () => {
    await expect(watch('own')).rejects.toThrow(
      "earlyStopping: it is unknown whether a larger or a smaller own is better, expected mode 'min' or 'max'",
    );
    await watch('own', 'max');
  });

  test('a name that the logs lack', async () => {
    await expect(watch('val_acuracy')).rejects.toThrow(/val_acuracy is better.*the logs have loss, mae, accuracy/);
  });
});

describe('others', () => {
  test('modelCheckpoint saves every epoch, or only the best', async () => {
    const saved: [number, number][] = [];
    const save = (model: Model, epoch: number) => void saved.push([epoch, weight(model)]);
    await line(1.2).fit(x, y, { epochs: 3, callbacks: modelCheckpoint({ save, saveBestOnly: true, monitor: 'loss' }) });
    expect(saved.map(([epoch]) => epoch)).toEqual([0]);
    saved.length = 0;
    await line(1.2).fit(x, y, { epochs: 3, callbacks: modelCheckpoint({ save }) });
    expect(saved.map(([epoch]) => epoch)).toEqual([0, 1, 2]);
  });

  test('modelCheckpoint fills numbers into file names, and writes whole models or only weights', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabla-checkpoint-'));
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const train = (options: ModelCheckpointOptions) =>
      line().fit(x, y, { epochs: 2, callbacks: modelCheckpoint(options) });
    try {
      await train({ filepath: join(folder, '{epoch:02d}-{loss:.2f}.keras'), verbose: 1 });
      expect(readdirSync(folder)).toEqual(['01-4.00.keras', '02-2.56.keras']);
      expect(print).toHaveBeenLastCalledWith(`Epoch 2: saved to ${join(folder, '02-2.56.keras')}`);
      const loaded = await loadModel(join(folder, '02-2.56.keras'));
      expect(weight(loaded)).toBeGreaterThan(1.6);
      const filepath = (epoch: number) => join(folder, `${epoch}.weights.h5`);
      await train({ filepath, saveWeightsOnly: true, saveBestOnly: true, monitor: 'loss', initialValueThreshold: 3 });
      expect(readdirSync(folder)).toEqual(['01-4.00.keras', '02-2.56.keras', '1.weights.h5']);
      await expect(train({ filepath: '{val_los}.keras' })).rejects.toThrow(
        'filepath has {val_los}, expected one of loss',
      );
      // Under one name each epoch would take the place of the one before.
      await expect(train({ filepath: '{loss:.2e}.keras' })).rejects.toThrow(
        'filepath has {loss:.2e}, expected a format such as 02d or .2f',
      );
      const written: string[] = [];
      const file = (name: string) => ({
        name,
        createWritable: async () => ({ write: async () => void written.push(name), close: async () => {} }),
      });
      await train({ filepath: (epoch) => file(`${epoch}.keras`), verbose: 1 });
      expect(written).toEqual(['0.keras', '1.keras']);
      expect(print).toHaveBeenLastCalledWith('Epoch 2: saved to 1.keras');
      await train({ filepath: join(folder, 'by-number', '{epoch:3d} {loss:f}.keras') });
      expect(readdirSync(join(folder, 'by-number'))).toEqual(['  1 4.000000.keras', '  2 2.560000.keras']);
      await expect(train({ filepath: 'best.keras', saveWeightsOnly: true })).rejects.toThrow('expected .weights.h5');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('earlyStopping gives back the weights of the first epoch where no number ever was better', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const made = line(0);
    const rising = { onEpochEnd: (epoch: number) => made.weights[0].variable.assignValues([10 + epoch]) };
    const stop = earlyStopping({ monitor: 'loss', restoreBestWeights: true, patience: 2 });
    await made.fit([[Number.NaN]], [[1]], { epochs: 5, callbacks: [rising, stop] });
    expect(weight(made)).toBe(10);
    expect(stop.stoppedEpoch).toBe(1);
  });

  test('reduceLROnPlateau lowers the rate after patience, down to its least', async () => {
    const rates: number[] = [];
    const plateau = reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 2, minLR: 0.3 });
    // At the minimum, where nothing can improve.
    const made = line(1);
    made.weights[0].variable.assignValues([3]);
    await made.fit(x, y, {
      epochs: 8,
      callbacks: [plateau, { onEpochEnd: () => void rates.push(made.optimizer.learningRate) }],
    });
    expect(rates).toEqual([1, 1, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3]);
  });

  test('learningRateScheduler sets the rate of each epoch', async () => {
    const made = line();
    const rates: number[] = [];
    const scheduler = learningRateScheduler((epoch, rate) => (epoch === 1 ? rate / 2 : rate));
    await made.fit(x, y, {
      epochs: 3,
      callbacks: [scheduler, { onEpochEnd: () => void rates.push(made.optimizer.learningRate) }],
    });
    expect(rates).toEqual([0.1, 0.05, 0.05]);
    await expect(made.fit(x, y, { callbacks: learningRateScheduler(() => Number.NaN) })).rejects.toThrow(
      'given NaN, expected a number',
    );
  });

  test('terminateOnNaN ends at the first bad batch', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const made = line(1e30);
    const { epoch } = await made.fit([[1e20]], [[1]], { epochs: 9, callbacks: terminateOnNaN() });
    expect(epoch.length).toBeLessThan(3);
  });

  test('csvLogger writes one line per epoch, and can append to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabla-csv-'));
    try {
      const path = join(folder, 'history.csv');
      const made = line();
      await made.fit(x, y, { epochs: 2, callbacks: csvLogger(path), validationData: [x, y] });
      await made.fit(x, y, {
        epochs: 3,
        initialEpoch: 2,
        callbacks: csvLogger(path, { append: true }),
        validationData: [x, y],
      });
      const lines = readFileSync(path, 'utf8').trim().split('\n');
      expect(lines[0]).toBe('epoch,loss,val_loss');
      expect(lines.map((each) => each.split(',')[0])).toEqual(['epoch', '0', '1', '2']);
      expect(Number(lines[1].split(',')[1])).toBeCloseTo(4, 6);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe('csvLogger, as Keras 3 writes (callbacks/csv_logger.py)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabla-csv-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

    test('has columns for validation that comes after the first epoch', async () => {
      const path = join(folder, 'later.csv');
      const options = { epochs: 3, validationData: [x, y] as [number[][], number[][]], validationFreq: 2 };
      const { history } = await line().fit(x, y, { ...options, callbacks: csvLogger(path) });
      const [header, ...rows] = linesOf(path);
      expect(header).toBe('epoch,loss,val_loss');
      expect(rows.map((row) => row.split(',')[2])).toEqual(['NA', String(history.val_loss[0]), 'NA']);
    });

    test('begins a file with its column names when it appends to none, or to an empty one', async () => {
      for (const name of ['none.csv', 'empty.csv']) {
        const path = join(folder, name);
        if (name === 'empty.csv') writeFileSync(path, '');
        const made = line();
        for (const epoch of [0, 1]) {
          const callbacks = csvLogger(path, { append: true });
          await made.fit(x, y, { epochs: epoch + 1, initialEpoch: epoch, callbacks });
        }
        expect(linesOf(path).map((row) => row.split(',')[0])).toEqual(['epoch', '0', '1']);
      }
    });

    test('replaces the file at each fit, and with append goes on', async () => {
      for (const append of [false, true]) {
        const path = join(folder, `twice-${append}.csv`);
        const callbacks = csvLogger(path, { append });
        const made = line();
        await made.fit(x, y, { epochs: 2, callbacks });
        await made.fit(x, y, { epochs: 1, callbacks });
        const rest = append ? ['0', '1', '0'] : ['0'];
        expect(linesOf(path).map((row) => row.split(',')[0])).toEqual(['epoch', ...rest]);
      }
    });

    test('says when the lines that it adds have other columns than the file', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const path = join(folder, 'others.csv');
      writeFileSync(path, 'epoch,acc\n0,1\n');
      await line().fit(x, y, { callbacks: csvLogger(path, { append: true }) });
      expect(warn.mock.calls.flat().join()).toContain("begins with 'epoch,acc', and lines of 'epoch,loss' follow");
    });

    test('quotes names that hold the separator, and takes another one', async () => {
      const metric = new MeanMetric('a;"b"', (yTrue, yPred) => yTrue.sub(yPred).abs().mean(-1));
      const made = line();
      made.compile({ optimizer: 'sgd', loss: 'mse', metrics: [metric] });
      const path = join(folder, 'quoted.csv');
      await made.fit(x, y, { callbacks: csvLogger(path, { separator: ';' }) });
      const [header, row] = linesOf(path);
      expect(header).toBe('epoch;loss;"a;""b"""');
      expect(row.split(';')).toHaveLength(3);
      expect(() => csvLogger(path, { separator: '\n' })).toThrow('CSVLogger: separator is');
      expect(() => csvLogger(path, { seperator: ';' } as object)).toThrow("did you mean 'separator'?");
    });

    test('names what appears in the logs after its columns were chosen', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const path = join(folder, 'appears.csv');
      const late = {
        onEpochEnd: (epoch: number, logs: Record<string, number>) => {
          if (epoch > 0) logs.late = epoch;
        },
      };
      await line().fit(x, y, { epochs: 3, callbacks: [late, csvLogger(path)] });
      expect(linesOf(path)[0]).toBe('epoch,loss');
      expect(warn.mock.calls.flat()).toEqual([expect.stringContaining("'late' is in the logs since epoch 1")]);
    });
  });

  test.each<[() => unknown, string]>([
    [() => earlyStopping({ patience: -1 }), 'earlyStopping: patience is -1'],
    [() => earlyStopping({ mode: 'least' as never }), "earlyStopping: mode is 'least'"],
    [() => earlyStopping({ restore_best_weights: true } as object), "did you mean 'restoreBestWeights'?"],
    [() => reduceLROnPlateau({ factor: 1 }), 'reduceLROnPlateau: factor is 1'],
    [() => reduceLROnPlateau({ minLr: 1 } as object), "did you mean 'minLR'?"],
    [() => modelCheckpoint({}), 'modelCheckpoint: expected either filepath or save'],
    [() => modelCheckpoint({ filepath: 'a.keras', save: () => {} }), 'either filepath or save'],
    [() => modelCheckpoint({ filePath: 'a.keras' } as object), "did you mean 'filepath'?"],
  ])('wrong options: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('progress', () => {
  test('a listener is called for every epoch and its last step', async () => {
    const told: string[] = [];
    const listener: ProgressListener = {
      trainBegin: ({ epochs, steps }) => void told.push(`begin ${epochs} ${steps}`),
      epochBegin: (epoch) => void told.push(`epoch ${epoch}`),
      batchEnd: ({ step, steps, samples, logs }) =>
        void (step === steps && told.push(`step ${step} ${samples} ${Object.keys(logs)}`)),
      epochEnd: (epoch, logs, seconds) => void told.push(`end ${epoch} ${Object.keys(logs)} ${seconds > 0}`),
      trainEnd: () => void told.push('end'),
    };
    await line().fit(x, y, { epochs: 1, batchSize: 3, validationData: [x, y], progress: listener });
    expect(told).toEqual(['begin 1 2', 'epoch 0', 'step 2 4 loss', 'end 0 loss,val_loss true', 'end']);
  });

  test('it gets no numbers before the first have arrived', async () => {
    const told: number[] = [];
    const batchEnd: ProgressListener['batchEnd'] = ({ logs }) => void told.push(Object.keys(logs).length);
    await line().fit(x, y, { epochs: 1, batchSize: 1, progress: { batchEnd } });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1);
  });

  test('lines are those of Keras', () => {
    const lines: string[] = [];
    const printer = linePrinter(1, (each) => lines.push(each));
    printer.trainBegin?.({
      epochs: 3,
      initialEpoch: 0,
      steps: 10,
      samples: null,
      batchSize: null,
      doValidation: false,
    });
    printer.epochBegin?.(0);
    const at = (step: number, seconds: number) =>
      printer.batchEnd?.({ epoch: 0, step, steps: 10, samples: step, seconds, logs: { loss: 0.5, accuracy: 0.25 } });
    at(1, 0.1);
    at(6, 6);
    at(10, 8);
    printer.epochEnd?.(0, { loss: 0.00001234, accuracy: 0.25, val_loss: 1, val_accuracy: 0.5 }, 9.2);
    expect(lines).toEqual([
      'Epoch 1/3',
      '6/10 - 6s - accuracy: 0.2500 - loss: 0.5000',
      '10/10 - 9s - 800ms/step - accuracy: 0.2500 - loss: 1.2340e-5 - val_accuracy: 0.5000 - val_loss: 1.0000',
    ]);
  });

  test('the event loop has its turns while a model trains', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const slow = {
      onBatchEnd: () => {
        const until = performance.now() + 5;
        while (performance.now() < until);
      },
    };
    await line().fit(x, y, { epochs: 15, batchSize: 1, callbacks: slow });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});
