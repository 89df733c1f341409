import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import '../../src/backends/default.js';
import { evaluateCommand } from '../../src/cli/commands/evaluate.js';
import { explainCommand } from '../../src/cli/commands/explain.js';
import { predictCommand } from '../../src/cli/commands/predict.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { loadModel } from '../../src/io/load.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { run } from './support.js';

let root: string;
let pictures: string;

/** Twelve pictures a class: dark, middling and light, each a little different. */
const LEVELS = { dark: 30, light: 220, middling: 120 } as const;

function writePictures(folder: string, count: number): void {
  for (const [name, level] of Object.entries(LEVELS)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const [width, height] = [9 + (i % 3), 8 + (i % 2)];
      const data = new Uint8Array(width * height * 3).map((_, at) => level + ((at * 7 + i) % 20));
      writeFileSync(
        join(folder, name, `${String(i).padStart(2, '0')}.png`),
        encode({ width, height, data, channels: 3 }),
      );
    }
  }
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'nabla-pictures-'));
  pictures = join(root, 'pictures');
  writePictures(pictures, 12);
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(clearSession);
afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

const train = (...args: string[]) => run(trainCommand(), args);
const rowsOf = (out: string) => JSON.parse(readFileSync(join(out, 'history.json'), 'utf8')).rows;
const weightsOf = async (out: string) =>
  (await loadModel(join(out, 'model.keras'))).weights.map(({ variable }) => Array.from(variable.dataSync()));

describe('train on a folder of pictures', () => {
  test('sizes the head, holds out a fifth of each class, and records the settings of the run', async () => {
    const out = join(root, 'run');
    const printed = await train(
      'lenet5',
      '--data',
      pictures,
      '--epochs',
      '12',
      '--learning-rate',
      '0.003',
      '--out',
      out,
    );
    expect(printed).toContain('30 training images, 6 test images');
    expect(readFileSync(join(out, 'classes.txt'), 'utf8')).toBe('dark\nlight\nmiddling\n');
    const model = await loadModel(join(out, 'model.keras'));
    expect([model.inputShape, model.outputShape]).toEqual([
      [null, 28, 28, 1],
      [null, 3],
    ]);
    expect(rowsOf(out).at(-1).val_accuracy).toBeGreaterThan(0.6);
    const { command, settings, nabla } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'));
    expect(command).toBe(
      `npx nabla train lenet5 --data ${pictures} --epochs 12 --batch 32 --seed 1 --learning-rate 0.003`,
    );
    expect(settings).toMatchObject({ experiment: 'lenet5', pictures: true, learningRate: 0.003 });
    expect(nabla).toMatch(/^\d+\./);

    // The pictures that were held out: the validation accuracy of the last epoch.
    const evaluated = JSON.parse(await run(evaluateCommand(), [out, '--json']));
    expect(evaluated).toMatchObject({ images: 6, data: pictures });
    expect(evaluated.accuracy).toBeCloseTo(rowsOf(out).at(-1).val_accuracy, 6);
    expect(JSON.parse(await run(evaluateCommand(), [out, '--data', pictures, '--json'])).images).toBe(36);
  });

  test('predict takes the run with its classes, and one bad picture does not hold up the others', async () => {
    const bad = join(root, 'bad.png');
    writeFileSync(bad, 'no picture');
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const names = [join(pictures, 'dark', '00.png'), bad, join(root, 'missing.jpg'), join(pictures, 'light', '01.png')];
    const results = JSON.parse(await run(predictCommand(), [join(root, 'run'), ...names, '--json']));
    expect(results.map((each: object) => Object.keys(each)[1])).toEqual([
      'predictions',
      'error',
      'error',
      'predictions',
    ]);
    expect([results[0], results[3]].map(({ predictions }) => predictions[0].class)).toEqual(['dark', 'light']);
    expect(process.exitCode).toBe(1);
    expect(await run(predictCommand(), [join(root, 'run'), ...names])).toMatch(/^00\.png: dark .*\n01\.png: light /);
    expect(errors).toHaveBeenCalledTimes(2);
  });

  test('explain draws Grad-CAM, feature maps and filters of a run', async () => {
    const [dark, light] = [join(pictures, 'dark', '00.png'), join(pictures, 'light', '03.png')];
    const draw = async (...args: string[]) => {
      const out = join(root, 'explain.svg');
      expect(await run(explainCommand(), [join(root, 'run'), ...args, '--out', out])).toBe(out);
      return readFileSync(out, 'utf8');
    };
    expect(await draw(dark, light)).toMatch(/dark: 00\.png.*light: 03\.png/s);
    expect(await draw(dark, light, '--class', 'light', '--kind', 'saliency')).toMatch(
      /light: 00\.png.*light: 03\.png/s,
    );
    expect((await draw(dark, '--kind', 'maps', '--layer', 'conv2d')).match(/<image /g)).toHaveLength(6);
    expect((await draw('--kind', 'filters')).match(/<image /g)).toHaveLength(6);
    await expect(draw(dark, '--class', 'lihgt')).rejects.toThrow("--class is 'lihgt', expected dark, light, middling");
    await expect(draw('--kind', 'maps')).rejects.toThrow('explain: no images given');
  });

  test('takes the parts of a set, whose classes agree', async () => {
    const parts = join(root, 'parts');
    writePictures(join(parts, 'train'), 4);
    writePictures(join(parts, 'validation'), 2);
    const out = join(root, 'parts-run');
    expect(await train('lenet5', '--data', parts, '--epochs', '1', '--out', out)).toContain(
      '12 training images, 6 test',
    );
    mkdirSync(join(parts, 'validation', 'other'));
    writeFileSync(join(parts, 'validation', 'other', 'x.png'), readFileSync(join(pictures, 'dark', '00.png')));
    await expect(train('lenet5', '--data', parts, '--out', join(root, 'refused'))).rejects.toThrow(
      "has the class 'other', expected those of the model: dark, light, middling",
    );
  });

  test('an archive trains to the weights of its folder, and is evaluated and tested by its parts', async () => {
    const parts = join(root, 'zipped');
    writePictures(join(parts, 'train'), 4);
    writePictures(join(parts, 'test'), 2);
    const files = readdirSync(parts, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.png'));
    const archive = join(root, 'zipped.zip');
    writeFileSync(
      archive,
      zipSync(Object.fromEntries(files.map((path) => [`zipped/${path}`, readFileSync(join(parts, path))]))),
    );
    const [fromFolder, fromArchive] = [join(root, 'from-folder'), join(root, 'from-archive')];
    await train('lenet5', '--data', parts, '--epochs', '2', '--out', fromFolder);
    clearSession();
    const printed = await train('lenet5', '--data', archive, '--epochs', '2', '--out', fromArchive);
    expect(printed).toContain('12 training images, 6 test images');
    expect(await weightsOf(fromArchive)).toEqual(await weightsOf(fromFolder));
    expect(readFileSync(join(fromArchive, 'report.html'), 'utf8')).toContain('<title>lenet5 on zipped</title>');
    const accuracies = [];
    for (const args of [[], ['--data', archive], ['--data', parts]]) {
      accuracies.push(JSON.parse(await run(evaluateCommand(), [fromArchive, ...args, '--json'])));
    }
    expect(accuracies.map(({ images }) => images)).toEqual([6, 6, 6]);
    expect(new Set(accuracies.map(({ accuracy }) => accuracy)).size).toBe(1);
    writeFileSync(archive, 'no archive');
    await expect(train('lenet5', '--data', archive, '--out', join(root, 'none'))).rejects.toThrow(
      /zipped\.zip: not a zip archive, or a damaged one/,
    );
  });

  test('an interrupted run ends on the same numbers, with augmentation, schedule and streamed pictures', async () => {
    const args = [
      'lenet5',
      '--data',
      pictures,
      '--epochs',
      '3',
      '--batch',
      '8',
      '--augment',
      'flip,zoom',
      '--schedule',
    ];
    const settings = [...args, 'cosine', '--class-weight', 'balanced', '--optimizer', 'sgd'];
    const [whole, parted] = [join(root, 'whole'), join(root, 'parted')];
    await train(...settings, '--out', whole);
    const printed = await run(trainCommand(), [...settings, '--out', parted], (line) => {
      if (line === 'Epoch 2/3') process.emit('SIGINT');
    });
    expect(printed).toContain('continue with:');
    await train('--resume', parted);
    expect(rowsOf(parted)).toEqual(rowsOf(whole));
    expect(await weightsOf(parted)).toEqual(await weightsOf(whole));
  });

  test('freezes layers, and starts with the weights of a run', async () => {
    const before = await weightsOf(join(root, 'run'));
    clearSession();
    const out = join(root, 'frozen');
    const weights = join(root, 'run', 'model.keras');
    await train('lenet5', '--data', pictures, '--epochs', '1', '--freeze', '-1', '--weights', weights, '--out', out);
    const after = await weightsOf(out);
    expect(after.slice(0, -2)).toEqual(before.slice(0, -2));
    expect(after.at(-1)).not.toEqual(before.at(-1));
  });

  test('leaves pictures out that cannot be read, or ends with --strict', async () => {
    const damaged = join(root, 'damaged');
    writePictures(damaged, 5);
    writeFileSync(join(damaged, 'dark', '00.png'), 'no picture');
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const args = ['lenet5', '--data', damaged, '--epochs', '2'];
    expect(await train(...args, '--out', join(root, 'left-out'))).toContain('images skipped: 1, the first: ');
    expect(warnings.mock.calls.filter(([line]) => String(line).includes('it is skipped'))).toHaveLength(1);
    await expect(train(...args, '--strict', '--out', join(root, 'strict'))).rejects.toThrow(/00\.png: neither JPEG/);
  });

  test.each([
    [['--size', '0'], /expected an integer/],
    [['--augment', 'flop'], /--augment has 'flop', expected flip, .* did you mean 'flip'/],
    [['--validation-split', '0.99'], /--validation-split 0.99 leaves none of the 12 images of 'dark'/],
    [['--freeze', '9'], /--freeze is 9, and lenet5 has 5 layers with weights/],
  ])('refuses %j', async (args, message) => {
    const command = trainCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await expect(run(command, ['lenet5', '--data', pictures, '--out', join(root, 'no'), ...args])).rejects.toThrow(
      message,
    );
  });
});
