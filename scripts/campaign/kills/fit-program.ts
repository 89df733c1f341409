/*
 * Trains a small model in the folder of the first argument with backupAndRestore; prints weights and history at the
 * end. With `--distribute` the processes of a launcher train it together.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as nabla from '../../../src/index.js';
import { mpi } from '../../../src/mpi.js';
import { backupAndRestore, csvLogger } from '../../../src/node.js';

const [folder, distribute] = process.argv.slice(2);
const world = distribute === '--distribute' ? await mpi() : null;
const isFirst = !world || world.rank === 0;
if (world && isFirst) {
  for (const [rank, { pid, host }] of world.processes.entries())
    console.log(`  rank ${rank}: process ${pid} on ${host}`);
}
mkdirSync(folder, { recursive: true });
const { callbacks, layers, sequential, setSeed } = nabla;
setSeed(7);
const samples = 120;
const x = nabla.randomNormal([samples, 8]);
const y = nabla.tidy(() => x.sum(1).greater(0).cast('int32'));
const model = sequential({
  layers: [
    layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.3 }),
    layers.dropout({ rate: 0.1, seed: 5 }),
    layers.dense({ units: 2, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(x, y, {
  epochs: 4,
  batchSize: 8,
  validationSplit: 0.2,
  distribute: world,
  callbacks: [
    backupAndRestore(join(folder, 'backup'), { saveFreq: 2 }),
    callbacks.learningRateScheduler((_, rate) => rate * 0.9),
    callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 0.05, factor: 0.5 }),
    callbacks.earlyStopping({ patience: 2, restoreBestWeights: true }),
    csvLogger(join(folder, 'history.csv')),
  ],
});
const hash = createHash('sha256');
for (const { variable } of model.weights) hash.update(await variable.data());
if (isFirst) {
  const log = readFileSync(join(folder, 'history.csv'), 'utf8');
  console.log(`RESULT ${JSON.stringify({ weights: hash.digest('hex'), history, log })}`);
}
