import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const COLUMNS = ['length', 'diameter', 'height', 'rings'];

function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const features = [1, 2, 3].map((j) => (Math.sin(i * j) + 1) / 2);
    return [...features, 3 + features[0] * 4 + features[1] * 2].map((value) => value.toFixed(4)).join(',');
  });
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

test(`abalone and data-csv: a file of comma-separated values feeds fitDataset (${NEEDS_TFJS})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-abalone-'));
  try {
    tf.setSeed(3);
    writeFileSync(join(folder, 'abalone.csv'), table(64));
    const csv = tf.data.csv(`file://${join(folder, 'abalone.csv')}`, { columnConfigs: { rings: { isLabel: true } } });
    expect(await csv.columnNames()).toEqual(COLUMNS);
    const rows = csv.map((row) => {
      const { xs, ys } = row as { xs: Record<string, number>; ys: Record<string, number> };
      return { xs: Object.values(xs), ys: Object.values(ys) };
    });
    const iterator = await rows.iterator();
    expect((await iterator.next()).value.xs).toHaveLength(3);
    await iterator.return?.();
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 16, activation: 'relu', inputShape: [3] }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
    const { history } = await model.fitDataset(rows.take(48).shuffle(48).batch(16), {
      epochs: 8,
      validationData: rows.skip(48).batch(16),
    });
    expectFalling(history.loss as number[]);
    expectFalling(history.val_loss as number[]);
    await checkSaved(model, [4, 3]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
