import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { maskedCrc32c } from '../../src/io/tensorboard/masked-crc.js';
import { tensorBoard } from '../../src/io/tensorboard/tensor-board.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { startBackend } from '../support/backends.js';

const root = mkdtempSync(join(tmpdir(), 'nabla-tensorboard-'));
beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(1);
});
afterAll(() => rmSync(root, { recursive: true }));

/** An independent reader: fields of a message by number, each a list of varints, doubles, floats or bytes. */
function fields(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const list = found.get(key >> 3) ?? [];
    found.set(key >> 3, list);
    if ((key & 7) === 0) list.push(varint());
    else if ((key & 7) === 1) list.push(view.getFloat64((at += 8) - 8, true));
    else if ((key & 7) === 5) list.push(view.getFloat32((at += 4) - 4, true));
    else {
      const length = varint();
      list.push(bytes.subarray(at, (at += length)));
    }
  }
  return found;
}

const text = (value: unknown) => new TextDecoder().decode(value as Uint8Array);

/** The records of the only event file of a folder, whose checksums must be right. */
function events(folder: string) {
  const names = readdirSync(folder);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  const bytes = new Uint8Array(readFileSync(join(folder, names[0])));
  const view = new DataView(bytes.buffer);
  const found: { step: number; values: Map<number, (number | Uint8Array)[]>[]; version?: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc32c(data));
    at += 16 + length;
    const event = fields(data);
    expect(Math.abs((event.get(1)![0] as number) - Date.now() / 1000)).toBeLessThan(60);
    const summary = event.get(5) ? fields(event.get(5)![0] as Uint8Array) : new Map();
    found.push({
      step: (event.get(2)?.[0] as number) ?? 0,
      version: event.get(3) && text(event.get(3)![0]),
      values: (summary.get(1) ?? []).map((value: Uint8Array) => fields(value)),
    });
  }
  return found;
}

test('the checksum is CRC-32C, masked (RFC 3720: 32 bytes of zeros give 0x8a9136aa, 0 to 31 give 0x46dd794e)', () => {
  const mask = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  expect(maskedCrc32c(new Uint8Array(32))).toBe(mask(0x8a9136aa));
  expect(maskedCrc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(mask(0x46dd794e));
});

async function trained(options: Parameters<typeof tensorBoard>[0]) {
  const model = sequential();
  model.add(layers.dense({ units: 3, inputShape: [4], name: 'scores' }));
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
  const x = { values: uniformValues(40, 1), shape: [10, 4] };
  const y = { values: uniformValues(30, 2), shape: [10, 3] };
  const { history } = await model.fit(x, y, {
    epochs: 3,
    batchSize: 4,
    validationSplit: 0.2,
    callbacks: [tensorBoard(options)],
  });
  return { model, history };
}

describe('tensorBoard', () => {
  test('writes the scalars of each epoch and the graph', async () => {
    const logDir = join(root, 'scalars');
    const { history } = await trained({ logDir });
    const [version, graph, ...epochs] = events(join(logDir, 'train'));
    expect(version.version).toBe('brain.Event:2');
    expect(text(graph.values[0].get(1)![0])).toBe('keras');
    const tensor = fields(graph.values[0].get(8)![0] as Uint8Array);
    expect(JSON.parse(text(tensor.get(8)![0])).config.layers.at(-1).config.name).toBe('scores');
    expect(epochs.map(({ step }) => step)).toEqual([0, 1, 2]);
    const tags = epochs[0].values.map((value) => text(value.get(1)![0]));
    expect(tags).toEqual(['epoch_loss', 'epoch_mae', 'epoch_learning_rate']);
    for (const [epoch, { values }] of epochs.entries()) {
      expect(values[0].get(2)![0]).toBe(Math.fround(history.loss[epoch]));
      expect(values[2].get(2)![0]).toBe(Math.fround(0.01));
    }
    const held = events(join(logDir, 'validation')).slice(1);
    expect(held.map(({ values }) => values[0].get(2)![0])).toEqual(history.val_loss.map(Math.fround));
  });

  test('writes weights as histograms and pictures', async () => {
    const logDir = join(root, 'weights');
    const { model } = await trained({ logDir, histogramFreq: 2, writeImages: true, writeGraph: false });
    const written = events(join(logDir, 'train')).flatMap(({ step, values }) =>
      values.map((value) => ({ step, value })),
    );
    const histograms = written.filter(({ value }) => value.has(5));
    expect(histograms.map(({ step, value }) => `${step} ${text(value.get(1)![0])}`)).toEqual([
      '0 scores/kernel/histogram',
      '0 scores/bias/histogram',
      '2 scores/kernel/histogram',
      '2 scores/bias/histogram',
    ]);
    const kernel = model.weights[0].read().dataSync();
    const last = fields(histograms[2].value.get(5)![0] as Uint8Array);
    expect(last.get(1)![0]).toBe(Math.min(...kernel));
    expect(last.get(2)![0]).toBe(Math.max(...kernel));
    expect(last.get(3)![0]).toBe(12);
    const packed = (field: number) => new Float64Array(Uint8Array.from(last.get(field)![0] as Uint8Array).buffer);
    expect(packed(7).reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(packed(6).at(-1)).toBe(Math.max(...kernel));
    for (const [bucket, count] of packed(7).entries()) {
      const from = bucket === 0 ? Number.NEGATIVE_INFINITY : packed(6)[bucket - 1];
      const to = bucket === 29 ? Number.POSITIVE_INFINITY : packed(6)[bucket];
      expect(kernel.filter((value) => value >= from && value < to)).toHaveLength(count);
    }
    const picture = fields(
      written
        .filter(({ value }) => value.has(4))
        .at(-1)!
        .value.get(4)![0] as Uint8Array,
    );
    expect([picture.get(1)![0], picture.get(2)![0], picture.get(3)![0]]).toEqual([4, 3, 1]);
    expect(decode(picture.get(4)![0] as Uint8Array).data).toHaveLength(12);
  });

  test('writes at the given interval of batches, and refuses unknown options', async () => {
    const logDir = join(root, 'batches');
    await trained({ logDir, updateFreq: 2, writeGraph: false });
    const steps = events(join(logDir, 'train')).flatMap(({ step, values }) =>
      values.some((value) => text(value.get(1)![0]) === 'batch_loss') ? [step] : [],
    );
    // Two batches an epoch, three epochs.
    expect(steps).toEqual([0, 2, 4]);
    expect(() => tensorBoard({ updateFreq: 'step' as never })).toThrow(/updateFreq is 'step', expected/);
    await expect(trained({ logDir: '/dev/null/logs' })).rejects.toThrow(/cannot be written/);
  });
});
