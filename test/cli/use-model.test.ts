import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import '../../src/backends/default.js';
import { evaluateCommand } from '../../src/cli/commands/evaluate.js';
import { predictCommand } from '../../src/cli/commands/predict.js';
import { saveModel } from '../../src/io/save.js';
import { input } from '../../src/layers/core/input-layer.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/model.js';
import { tensor } from '../../src/ops/creation.js';
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
 * Tells the grey images of `writeGreyCifar10` by their brightness b: of the lines c·b − c²/2, the one of the class c whose
 * brightness is nearest is on top. Images of 8×8, and an auxiliary output that is always wrong.
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
  test('resizes to what the model takes, and counts by its first output', async () => {
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

  test('wants a file: models of the zoo have learnt nothing', async () => {
    await expect(run(predictCommand(), ['lenet5', picture(75, 3)])).rejects.toThrow('lenet5: no such file');
  });
});
