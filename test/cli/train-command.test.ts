import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { EXPERIMENTS } from '../../src/cli/recipes/experiments.js';
import { loadModel } from '../../src/io/load.js';
import { saveModel } from '../../src/io/save.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
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
    expect(printed).toContain(`go on with: npx nabla train --resume ${parted}`);
    // The epoch that was left is not validated first.
    expect(printed.split('Epoch 2/2')[1]).not.toContain('val_');
    expect(existsSync(join(parted, 'report.html'))).toBe(false);
    expect(historyOf(parted).epochs).toBe(1);
    await train(['--resume', parted]);
    const [expected, given] = [historyOf(whole).rows, historyOf(parted).rows];
    expect(given[0]).toEqual(expected[0]);
    expect([given[1].val_loss, given[1].val_accuracy]).toEqual([expected[1].val_loss, expected[1].val_accuracy]);
    expect(existsSync(join(parted, 'resume.json'))).toBe(false);
  });

  test('starts with the weights of a file', async () => {
    const out = join(folder, 'tuned');
    const first = join(folder, 'lenet5', 'model.keras');
    const once = ['--limit', '32', '--test-limit', '20', '--epochs', '1', '--out', out, '--weights'];
    expect(await train([...once, first])).toContain(`10 weights from ${first}`);
    // What the first run learnt in six steps is there from the first step on.
    expect(historyOf(out).rows[0].loss).toBeLessThan(historyOf(join(folder, 'lenet5')).rows[0].loss);

    const other = join(folder, 'other.keras');
    const model = sequential();
    model.add(layers.dense({ units: 2, inputShape: [3], name: 'elsewhere' }));
    await saveModel(model, other);
    await expect(train([...once, other])).rejects.toThrow('has no layer that le_net5 has');
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

test.each(Object.entries(EXPERIMENTS))('%s: its model takes what the experiment says', (name, experiment) => {
  const model = zoo[name]();
  model.compile(experiment.compile());
  expect(model.metricsNames[0]).toBe('loss');
  if (experiment.size) expect(model.inputShape.slice(1, 3)).toEqual([experiment.size, experiment.size]);
});

describe('refuses', () => {
  test.each([
    [['alexnet8', '--data', 'full'], '--data is full, which Fashion-MNIST alone has, expected a folder with cifar10'],
    [['alexnet8', '--data', '/nowhere'], '/nowhere'],
    [['--resume', '/nowhere'], '/nowhere holds no interrupted run'],
  ])('%j', async (args, message) => {
    await expect(train(args)).rejects.toThrow(message);
  });
});
