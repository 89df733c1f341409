import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { setBackend } from '../../src/backends/registry.js';
import { profileCommand } from '../../src/cli/commands/profile.js';
import { saveModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { memory } from '../../src/tensor/scope.js';
import { parseXml, texts } from '../plots/xml.js';
import { run } from './support.js';

let folder: string;
let dense: string;
let images: string;

beforeAll(async () => {
  await setBackend('wasm', { threads: 1, variant: 'relaxed' });
  folder = mkdtempSync(join(tmpdir(), 'nabla-profile-'));
  dense = join(folder, 'dense.keras');
  await saveModel(sequential({ layers: [layers.dense({ units: 3, inputShape: [5], name: 'only' })] }), dense);
  images = join(folder, 'images.keras');
  const conv = layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] });
  await saveModel(sequential({ layers: [conv, layers.flatten(), layers.dense({ units: 2 })] }), images);
});
beforeEach(() => setBackend('wasm'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the command prints, and writes as JSON. */
async function profile(...args: string[]) {
  const json = join(folder, 'profile.json');
  const printed = await run(profileCommand(), [...args, '--runs', '2', '--json', json, '--out', join(folder, 'out')]);
  return { printed, found: JSON.parse(readFileSync(json, 'utf8')) };
}

type Sums = readonly { readonly name: string; readonly layer: string; readonly phase: string; readonly ms: number }[];
const total = (sums: Sums): number => sums.reduce((sum, { ms }) => sum + ms, 0);

describe('nabla profile', () => {
  test('prints the time of inference by op, by layer and by kernel, against measured peaks', async () => {
    const { printed, found } = await profile('lenet5');
    expect(printed).toContain('lenet5: predict, batch [1,28,28,1]');
    expect(printed).toMatch(/wasm relaxed, 1 thread; the run with median duration of 2\n/);
    expect(printed).toMatch(/peak: multiply-adds \d+ GFLOP\/s, copies of 1 MiB \d+ GB\/s/);
    for (const title of ['by op', 'by layer', 'by kernel']) expect(printed).toContain(`\n${title}\n`);
    for (const line of ['JavaScript between kernels', 'total', 'of peak']) expect(printed).toContain(line);
    const { wallMs, kernelMs, betweenKernelsMs, byOp, byLayer, byOpAndLayer, peaks } = found;
    for (const sums of [byOp, byLayer, byOpAndLayer]) expect(total(sums)).toBeCloseTo(kernelMs, 9);
    expect(kernelMs + betweenKernelsMs).toBeCloseTo(wallMs, 9);
    expect(byLayer.map(({ layer }: { layer: string }) => layer)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^lenet5\/conv2d_\d$/),
        expect.stringMatching(/^lenet5\/dense_\d$/),
      ]),
    );
    expect(new Set(byOp.map(({ phase }: { phase: string }) => phase))).toEqual(new Set(['forward']));
    expect(peaks).toMatchObject({ variant: 'relaxed', threads: 1 });
    expect(peaks.gflops).toBeGreaterThan(1);
  });

  test('prints that of a training step: forward, backward and update', async () => {
    const { printed, found } = await profile('lenet5', '--train', '--batch', '3');
    expect(printed).toContain('lenet5: training step with adam and categoricalCrossentropy, batch [3,28,28,1]');
    const phasesOf = (op: string) =>
      found.byOp.filter(({ name }: { name: string }) => name === op).map(({ phase }: { phase: string }) => phase);
    expect(phasesOf('conv2dFilterGradient')).toEqual(['backward']);
    expect(phasesOf('adamUpdate')).toEqual(['update']);
    const conv = found.byOp.find(({ name }: { name: string }) => name === 'conv2dFilterGradient');
    // 3 images · (28² · 6 sums of 25 products, and 14² · 16 of 150), a multiply-add being two operations.
    expect(conv).toMatchObject({ calls: 2, operations: 2 * 3 * (784 * 6 * 25 + 196 * 16 * 150) });
  });

  test('draws a roofline', async () => {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    const { printed } = await profile('lenet5');
    const shown = texts(parseXml(readFileSync(join(folder, 'out/roofline.svg'), 'utf8')));
    expect(shown.join()).toMatch(/conv2d/i);
    const picture = join(folder, 'out/roofline.png');
    expect(printed).toContain(existsSync(picture) ? picture : `${picture} skipped: `);
  });

  test('shows the longest rows of layers and kernels alone, and sums of the others', async () => {
    const { printed, found } = await profile('lenet5', '--top', '1');
    expect(printed.split('by layer')[1]).toContain(`\n${found.byLayer.length - 1} more`);
    expect(printed.split('by layer')[0]).not.toContain(' more');
  });

  test('takes files, other sizes of images, and backends without peaks', async () => {
    expect((await profile('lenet5', '--size', '36x20', '--batch', '2')).printed).toContain('batch [2,36,20,1]');
    expect((await profile(dense)).found.byLayer.map(({ layer }: { layer: string }) => layer)).toEqual([
      expect.stringMatching(/\/only$/),
    ]);
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    await setBackend('cpu');
    const { printed, found } = await profile(dense, '--train');
    expect(found).toMatchObject({ backend: 'cpu', peaks: null });
    expect(printed).not.toContain('of peak');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('refuses sizes that a model does not take, and models that do not exist', async () => {
    const refused = (...args: string[]) => expect(profile(...args)).rejects;
    await refused(dense, '--size', '32').toThrow('--size: the input of');
    await refused(images, '--size', '9').toThrow(/--size is 9x9, and .* takes .*8/);
    await refused('lenet9').toThrow('lenet9');
  });

  test('frees its tensors', async () => {
    await profile(dense, '--train');
    const before = memory().numTensors;
    await profile(dense, '--train');
    expect(memory().numTensors).toBe(before);
  });
});
