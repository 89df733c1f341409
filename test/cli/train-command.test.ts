import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import '../../src/backends/default.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { EXPERIMENTS } from '../../src/cli/recipes/experiments.js';
import { preprocessing } from '../../src/cli/recipes/recipe.js';
import { loadModel } from '../../src/io/load.js';
import { saveModel } from '../../src/io/save.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { zoo } from '../../src/zoo/index.js';
import { CIFAR10_CLASSES, run, writeGreyCifar10 } from './support.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-train-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(clearSession);

const train = (args: readonly string[], watch?: (line: string) => void) => run(trainCommand(), args, watch);
const historyOf = (run: string) => JSON.parse(readFileSync(join(run, 'history.json'), 'utf8'));
const weightsOf = async (run: string) => {
  const model = await loadModel(join(run, 'model.keras'));
  return Promise.all(model.weights.map(({ variable }) => variable.data()));
};
const SMALL = ['--limit', '96', '--test-limit', '20', '--epochs', '2', '--seed', '5'];

describe('LeNet-5', () => {
  test('writes model, history and report', async () => {
    const out = join(folder, 'lenet5');
    const printed = await train(['--out', out, ...SMALL]);
    expect(printed).toContain('96 training images, 20 test images');
    expect(printed).toContain(`report: ${join(out, 'report.html')}`);
    const { epochs, rows } = historyOf(out);
    expect(epochs).toBe(2);
    expect(Object.keys(rows[1])).toEqual(['epoch', 'loss', 'accuracy', 'val_loss', 'val_accuracy']);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('LeNet-5 on Fashion-MNIST');
    const model = await loadModel(join(out, 'model.keras'));
    expect(model.countParams()).toBe(107_786);
  });

  test('an interrupted run that is resumed ends on the same numbers', async () => {
    const whole = join(folder, 'whole');
    await train(['--out', whole, ...SMALL]);
    const parted = join(folder, 'parted');
    const printed = await train(['--out', parted, ...SMALL], (line) => {
      if (line === 'Epoch 2/2') process.emit('SIGINT');
    });
    expect(printed).toContain(`continue with: npx nabla train --resume ${parted}`);
    // The epoch that was left is not validated first.
    expect(printed.split('Epoch 2/2')[1]).not.toContain('val_');
    expect(existsSync(join(parted, 'report.html'))).toBe(false);
    expect(historyOf(parted).epochs).toBe(1);
    await train(['--resume', parted]);
    // To the bit, the means of the epoch that was left included.
    expect(historyOf(parted)).toEqual(historyOf(whole));
    expect(await weightsOf(parted)).toEqual(await weightsOf(whole));
    expect(existsSync(join(parted, 'resume.json'))).toBe(false);
  });

  test('a run that is interrupted during validation continues there', async () => {
    const whole = join(folder, 'whole');
    const parted = join(folder, 'validation');
    const batches = (model: Model) => {
      const apply = model.apply.bind(model) as (...args: unknown[]) => unknown;
      let calls = 0;
      const interrupted = (...args: unknown[]) => {
        // 96 images are 3 steps; what follows is validation.
        if (++calls === 4) process.emit('SIGTERM');
        return apply(...args);
      };
      Object.assign(model, { apply: interrupted });
    };
    const { lenet5 } = zoo;
    const spy = vi.spyOn(zoo, 'lenet5').mockImplementation((options) => {
      const model = lenet5(options);
      batches(model);
      return model;
    });
    const printed = await train(['--out', parted, ...SMALL]);
    spy.mockRestore();
    expect(printed).toContain('continue with:');
    const { position } = JSON.parse(readFileSync(join(parted, 'resume.json'), 'utf8')).state;
    expect([position.epoch, position.position.step]).toEqual([0, 3]);
    await train(['--resume', parted]);
    expect(historyOf(parted)).toEqual(historyOf(whole));
    expect(await weightsOf(parted)).toEqual(await weightsOf(whole));
  });

  test('the report of a resumed run has the speed of all its parts', async () => {
    const parted = join(folder, 'speed');
    await train(['--out', parted, ...SMALL], (line) => {
      if (line === 'Epoch 2/2') process.emit('SIGINT');
    });
    const path = join(parted, 'resume.json');
    const saved = JSON.parse(readFileSync(path, 'utf8'));
    expect(saved.state.seconds).toBeGreaterThan(0);
    // 192 images in a little more than 192 seconds.
    saved.state.seconds = 192;
    writeFileSync(path, JSON.stringify(saved));
    await train(['--resume', parted]);
    expect(readFileSync(join(parted, 'report.html'), 'utf8')).toContain('1, including validation');
  });

  test('starts with the weights of a file', async () => {
    const out = join(folder, 'tuned');
    const first = join(folder, 'lenet5', 'model.keras');
    const once = ['--limit', '32', '--test-limit', '20', '--epochs', '1', '--out', out, '--weights'];
    expect(await train([...once, first])).toContain(`loaded 10 weights from ${first}`);
    // The second run starts from what the first learnt in six steps.
    expect(historyOf(out).rows[0].loss).toBeLessThan(historyOf(join(folder, 'lenet5')).rows[0].loss);

    const other = join(folder, 'other.keras');
    const model = sequential();
    model.add(layers.dense({ units: 2, inputShape: [3], name: 'elsewhere' }));
    await saveModel(model, other);
    await expect(train([...once, other])).rejects.toThrow('has no layer in common with lenet5');
  });
});

test('GoogLeNet: images resized, three outputs, each with its numbers', async () => {
  const out = join(folder, 'googlenet');
  const data = writeGreyCifar10(join(folder, 'cifar-10'));
  const printed = await train([
    'googlenet',
    '--data',
    data,
    '--size',
    '80',
    '--batch',
    '5',
    '--epochs',
    '1',
    '--out',
    out,
  ]);
  expect(printed).toContain('10 training images, 10 test images');
  expect(Object.keys(historyOf(out).rows[0])).toContain('val_auxilliary_output_2_accuracy');
  expect(readFileSync(join(out, 'classes.txt'), 'utf8')).toBe(`${CIFAR10_CLASSES.join('\n')}\n`);
  const report = readFileSync(join(out, 'report.html'), 'utf8');
  expect(report).toContain('GoogLeNet on CIFAR-10');
  expect(report).toContain('80×80×3');
  expect(report).toContain('SGD, learning rate 0.01');
});

test.each(Object.entries(EXPERIMENTS))(
  '%s: its model accepts the images and labels of the experiment',
  (name, experiment) => {
    const model = zoo[name]();
    model.compile(experiment.compile());
    expect(model.metricsNames[0]).toBe('loss');
    if (experiment.size) expect(model.inputShape.slice(1, 3)).toEqual([experiment.size, experiment.size]);
  },
);

test('no model scales pictures that the run has scaled', () => {
  for (const name of Object.keys(zoo)) {
    const { layers } = zoo[name](preprocessing(name) as object);
    expect(
      layers.map((layer) => layer.className),
      name,
    ).not.toContain('Rescaling');
  }
});

describe('refuses', () => {
  test.each([
    [
      ['alexnet8', '--data', 'full'],
      '--data is full, which only Fashion-MNIST supports, expected a folder with cifar10',
    ],
    [['alexnet8', '--data', '/nowhere'], '/nowhere'],
    [['--resume', '/nowhere'], '/nowhere: no such folder, expected the folder of an interrupted run'],
    [['--resume', '.', '--epochs', '9'], '--epochs is given with --resume'],
    [['vgg16_48', '--resume', '.'], 'vgg16_48 is given with --resume'],
    [['--out', '/dev/null'], '/dev/null: cannot be written: a file exists in place of a folder (EEXIST)'],
  ])('%j', async (args, message) => {
    await expect(train(args)).rejects.toThrow(message);
  });
});
