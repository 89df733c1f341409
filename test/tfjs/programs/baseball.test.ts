import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';
import { served } from './served.js';

const KINDS = 3;
const EACH = 12;

const normalize = (value: number, min: number, max: number): number => (value - min) / (max - min);

/** Pitches in the order of their kinds, as the program's files have them. */
function pitches(): string {
  const rows = Array.from({ length: KINDS * EACH }, (_, i) => {
    const kind = Math.floor(i / EACH);
    const noise = Math.sin(i * 2.3);
    return [-5 + 6 * kind + noise, -130 + 15 * kind, noise, 70 + 10 * kind + noise, i % 2, kind].join(',');
  });
  return `vx0,vy0,az,start_speed,left_handed_pitcher,pitch_code\n${rows.join('\n')}\n`;
}

function strikes(): string {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [px, pz] = [2 * Math.sin(i * 1.3), 2 + 2 * Math.cos(i * 0.7)];
    return [px, pz, i % 2, Math.abs(px) < 1 && pz > 1 ? 1 : 0].map((value) => value.toFixed(4)).join(',');
  });
  return `px,pz,left_handed_batter,is_strike\n${rows.join('\n')}\n`;
}

type Row = [Record<string, number>, Record<string, number>];

/** Either form of a row of features and labels: the program's first versions took a list of two. */
const rowOf = (row: unknown): Row => {
  const { xs, ys } = row as { xs: Row[0]; ys: Row[1] };
  return [xs, ys];
};

test(`baseball: two files of csv over http train two models by fitDataset (${NEEDS_TFJS})`, async () => {
  tf.setSeed(21);
  await served({ 'pitches.csv': pitches(), 'strikes.csv': strikes() }, async (address) => {
    const pitchRow = (row: unknown) => {
      const [features, labels] = rowOf(row);
      const values = [
        normalize(features.vx0, -18.885, 18.065),
        normalize(features.vy0, -152.463, -86.374),
        normalize(features.az, -49.339, 2.955),
        normalize(features.start_speed, 59, 104.4),
        features.left_handed_pitcher,
      ];
      return { xs: values, ys: [labels.pitch_code] };
    };
    const csv = (name: string, label: string) =>
      tf.data.csv(`${address}/${name}`, { columnConfigs: { [label]: { isLabel: true } } });
    const training = csv('pitches.csv', 'pitch_code')
      .map(pitchRow)
      .shuffle(KINDS * EACH)
      .batch(12);
    const inOrder = csv('pitches.csv', 'pitch_code')
      .map(pitchRow)
      .batch(KINDS * EACH);
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 25, activation: 'relu', inputShape: [5] }));
    model.add(tf.layers.dense({ units: 15, activation: 'relu' }));
    model.add(tf.layers.dense({ units: KINDS, activation: 'softmax' }));
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const ended: number[] = [];
    const { history } = await model.fitDataset(training, {
      epochs: 20,
      callbacks: {
        onEpochEnd: async (epoch) => {
          ended.push(epoch);
        },
      },
    });
    expect(ended).toHaveLength(20);
    expectFalling(history.loss as number[]);

    // The share of each kind that the model gives its own pitches, before and after.
    const shares: number[] = [];
    await inOrder.forEachAsync((batch) => {
      const { xs } = batch as { xs: tf.Tensor };
      const values = (model.predict(xs) as tf.Tensor).dataSync();
      for (let kind = 0; kind < KINDS; kind++) {
        let total = 0;
        for (let j = 0; j < EACH; j++) total += values[(kind * EACH + j) * KINDS + kind];
        shares.push(total / EACH);
      }
    });
    expect(shares).toHaveLength(KINDS);
    expect(Math.min(...shares)).toBeGreaterThan(1 / KINDS);
    await checkSaved(model, [4, 5]);

    const zone = tf.sequential();
    zone.add(tf.layers.dense({ units: 20, activation: 'relu', inputShape: [3] }));
    zone.add(tf.layers.dense({ units: 10, activation: 'relu' }));
    zone.add(tf.layers.dense({ units: 2, activation: 'softmax' }));
    zone.compile({ optimizer: tf.train.adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const throws = csv('strikes.csv', 'is_strike').map((row) => {
      const [features, labels] = rowOf(row);
      const place = [normalize(features.px, -2.65, 2.84), normalize(features.pz, -2.01, 6.06)];
      return { xs: [...place, features.left_handed_batter], ys: [labels.is_strike] };
    });
    const fitted = await zone.fitDataset(throws.shuffle(40).batch(10), {
      epochs: 15,
      validationData: throws.batch(40),
    });
    expectFalling(fitted.history.val_loss as number[]);
    const [loss, accuracy] = (await zone.evaluateDataset(throws.batch(40), {})) as tf.Scalar[];
    expect(loss.dataSync()[0]).toBeCloseTo(fitted.history.val_loss.at(-1) as number, 5);
    expect(accuracy.dataSync()[0]).toBeGreaterThan(0.5);
    await checkSaved(zone, [4, 3]);
  });
});
