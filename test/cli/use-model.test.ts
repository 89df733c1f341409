import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import '../../src/backends/default.js';
import { ShapeError } from '../../src/base/errors.js';
import { evaluateCommand } from '../../src/cli/commands/evaluate.js';
import { predictCommand } from '../../src/cli/commands/predict.js';
import { classProbabilities } from '../../src/cli/trained/class-probabilities.js';
import { saveModel } from '../../src/io/save.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { tensor } from '../../src/ops/creation.js';
import { idxBytes } from '../datasets/helpers.js';
import { CIFAR10_CLASSES, run, writeGreyCifar10 } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-use-'));
  writeGreyCifar10(join(folder, 'cifar-10'));
  vi.stubEnv('NABLA_DATA', folder);
  await saveModel(brightness(), join(folder, 'brightness.keras'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/**
 * Tells the grey images of `writeGreyCifar10` by their brightness b: of the lines c·b − c²/2, the one of the class c
 * whose brightness is nearest is on top. Images of 8×8, and an auxiliary output that is always wrong.
 */
function brightness() {
  const images = input({ shape: [8, 8, 3] });
  const mean = layers.globalAveragePooling2d().apply(images);
  const classes = Array.from({ length: 10 }, (_, c) => (25 * c) / 255);
  const scores = layers.dense({ units: 10, name: 'scores' });
  const outputs = [scores.apply(mean), layers.dense({ units: 10, kernelInitializer: 'zeros' }).apply(mean)];
  const made = model({ inputs: images, outputs });
  const kernel = [0, 1, 2].flatMap(() => classes.map((c) => c / 3));
  scores.setWeights([tensor(kernel, [3, 10]), tensor(classes.map((c) => (-c * c) / 2))]);
  return made;
}

describe('evaluate', () => {
  test('resizes to the input of the model, and scores its first output', async () => {
    const printed = await run(evaluateCommand(), [join(folder, 'brightness.keras'), '--data', 'cifar10']);
    expect(printed.split('\n').at(-1)).toBe('accuracy 1.0000');
  });

  test('limits, other scales, JSON', async () => {
    const args = [
      join(folder, 'brightness.keras'),
      '--data',
      'cifar-10',
      '--limit',
      '4',
      '--preprocess',
      'none',
      '--json',
    ];
    const result = JSON.parse(await run(evaluateCommand(), [...args, '--interpolation', 'bicubic']));
    // In 0–255 all but black is far lighter than the lightest class.
    expect(result).toMatchObject({ images: 4, preprocess: 'none', accuracy: 0.25 });
  });
});

describe('models that do not fit the images', () => {
  const file = async (name: string, shape: number[], layersOf: (x: SymbolicTensor) => SymbolicTensor) => {
    const x = input({ shape });
    const path = join(folder, `${name}.keras`);
    await saveModel(model({ inputs: x, outputs: layersOf(x) }), path);
    return path;
  };
  const classifier = (units: number) => (x: SymbolicTensor) =>
    layers.dense({ units, activation: 'softmax' }).apply(layers.flatten().apply(x) as SymbolicTensor) as SymbolicTensor;
  const evaluate = (path: string, ...more: string[]) => run(evaluateCommand(), [path, '--data', 'cifar10', ...more]);

  test('outputs are as many as classes, unless the first ones are asked for', async () => {
    for (const [units, message] of [
      [12, '--more-outputs compares the first 10'],
      [5, 'a score for each class of cifar10'],
    ] as const) {
      const path = await file(`outputs-${units}`, [32, 32, 3], classifier(units));
      const refused = evaluate(path);
      await expect(refused).rejects.toThrow(ShapeError);
      await expect(refused).rejects.toThrow(`its output is [any,${units}], expected [any,10]`);
      await expect(refused).rejects.toThrow(message);
    }
    expect(await evaluate(join(folder, 'outputs-12.keras'), '--more-outputs')).toMatch(/accuracy \d/);
    const path = await file(
      'planes',
      [32, 32, 3],
      (x) => layers.conv2d({ filters: 10, kernelSize: 1 }).apply(x) as SymbolicTensor,
    );
    await expect(evaluate(path)).rejects.toThrow('its output is [any,32,32,10]');
  });

  test('inputs without channels take grey images', async () => {
    const digits = join(folder, 'mnist');
    mkdirSync(digits, { recursive: true });
    writeFileSync(join(digits, 't10k-images-idx3-ubyte'), idxBytes([4, 28, 28], new Uint8Array(4 * 784).fill(9)));
    writeFileSync(join(digits, 't10k-labels-idx1-ubyte'), idxBytes([4], Uint8Array.of(0, 1, 2, 3)));
    writeFileSync(
      join(folder, 'grey.png'),
      encode({ width: 28, height: 28, channels: 1, data: new Uint8Array(784).fill(9) }),
    );
    for (const shape of [[28, 28], [784]]) {
      const path = await file(`grey-${shape.length}`, shape, classifier(10));
      expect(await run(evaluateCommand(), [path, '--data', 'mnist'])).toMatch(/on 4 images of mnist\naccuracy \d/);
      expect(await run(predictCommand(), [path, join(folder, 'grey.png')])).toMatch(/^grey\.png: \d \d+\.\d%/);
    }
    const path = await file('small', [8, 8], classifier(10));
    await expect(run(evaluateCommand(), [path, '--data', 'mnist'])).rejects.toThrow(
      'its input is [any,8,8], which does not match images of [28,28,1]',
    );
    await expect(evaluate(join(folder, 'grey-2.keras'))).rejects.toThrow('which does not match images of [32,32,3]');
  });
});

describe('predict', () => {
  const picture = (level: number, channels: number) => {
    const path = join(folder, `${level}-${channels}.png`);
    writeFileSync(path, encode({ width: 5, height: 6, channels, data: new Uint8Array(30 * channels).fill(level) }));
    return path;
  };

  test('names the classes of pictures, of whatever size and channels', async () => {
    const classes = join(folder, 'classes.txt');
    writeFileSync(classes, CIFAR10_CLASSES.join('\n'));
    const args = [join(folder, 'brightness.keras'), picture(75, 3), picture(225, 1), '--classes', classes, '--json'];
    const results: { predictions: { class: string }[] }[] = JSON.parse(await run(predictCommand(), args));
    expect(results.map(({ predictions }) => predictions[0].class)).toEqual(['cat', 'truck']);
    expect(results[0].predictions).toHaveLength(3);
  });

  // sigmoid(x) is the probability of class 1, of which image_dataset_from_directory makes the second folder.
  test('tells two classes apart by one number, and reads logits', () => {
    expect(classProbabilities([0.25], [1, 1], 'm')).toEqual([0.75, 0.25]);
    expect(classProbabilities([-2], [1, 1], 'm')[1]).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
    expect(classProbabilities([0.2, 0.7, 0.1], [1, 3], 'm')).toEqual([0.2, 0.7, 0.1]);
    const [a, b] = classProbabilities([1003, 1001], [1, 2], 'm');
    expect([a, b]).toEqual([expect.closeTo(1 / (1 + Math.exp(-2)), 12), expect.closeTo(1 / (1 + Math.exp(2)), 12)]);
    expect(() => classProbabilities([0, 0, 0, 0], [1, 2, 2, 1], 'm')).toThrow('m: its output is [1,2,2,1], expected');
  });

  test('wants a file: models of the zoo have learnt nothing', async () => {
    await expect(run(predictCommand(), ['lenet5', picture(75, 3)])).rejects.toThrow('lenet5: no such file');
  });
});
