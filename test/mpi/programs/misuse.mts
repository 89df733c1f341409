import '../../../src/backends/default.js';
import { setBackend } from '../../../src/backends/registry.js';
import { hashOf } from '../../../src/base/hash.js';
import * as layers from '../../../src/layers/index.js';
import { sequential } from '../../../src/models/sequential.js';
import { mpi } from '../../../src/mpi.js';
import '../../../src/ops/methods.js';
import { sgd } from '../../../src/optim/sgd.js';
import { setSeed } from '../../../src/tensor/random.js';

/*
 * Ranks that are not started alike, or that do what the others do not: rank 1 differs from the others in the way that
 * the argument names. Nothing may hang.
 */
const [way] = process.argv.slice(2);
const world = await mpi({ timeout: 3 });
const differs = world.rank === 1 ? way : '';
await setBackend('cpu');
setSeed(1);
const units = differs === 'units' ? 5 : 4;
const model = sequential();
model.add(layers.dense({ units, inputShape: [3], name: differs === 'names' ? 'other' : 'first' }));
model.add(layers.dense({ units: 1, name: 'second' }));
model.compile({
  optimizer: sgd({ learningRate: 0.1, momentum: differs === 'optimizer' ? 0.5 : 0 }),
  loss: differs === 'loss' ? 'meanAbsoluteError' : 'meanSquaredError',
});
const samples = differs === 'size' ? 20 : 24;
const x = Float32Array.from({ length: samples * 3 }, (_, i) => Math.sin(i + (differs === 'contents' ? 1 : 0)));
const y = Float32Array.from({ length: samples }, (_, i) => (i === 11 && differs === 'labels' ? 5 : i % 2));
const data = { values: x, shape: [samples, 3] };

if (way === 'absent' && world.rank === 1) {
  // It waits for the others elsewhere.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
if (way === 'finalized') world.finalize();
try {
  await model.fit(
    data,
    { values: y, shape: [samples, 1] },
    {
      epochs: differs === 'epochs' ? 3 : 2,
      batchSize: differs === 'batchSize' ? 4 : 8,
      shuffle: differs !== 'shuffle',
      classWeight: undefined,
      distribute: world,
      callbacks: {
        onEpochEnd: () => {
          if (way === 'callback') world.barrier();
          if (way === 'callbackThrows') throw new Error('the disk is full');
        },
        // Callbacks of other ranks are not called.
        onBatchEnd: () => {
          if (world.rank === 1) throw new Error('called on rank 1');
        },
      },
    },
  );
} catch (error) {
  console.log(`refused on ${world.rank}: ${(error as Error).name}: ${(error as Error).message}`);
  throw error;
}
let hash: number | undefined;
for (const { variable } of model.weights) hash = hashOf(variable.dataSync(), hash);
console.log(JSON.stringify({ rank: world.rank, weights: hash }));
