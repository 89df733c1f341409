import '../../../src/backends/default.js';
import { setBackend } from '../../../src/backends/registry.js';
import { array } from '../../../src/data/index.js';
import * as layers from '../../../src/layers/index.js';
import { sequential } from '../../../src/models/sequential.js';
import { mpi } from '../../../src/mpi.js';
import { tensor } from '../../../src/ops/creation.js';
import { slice } from '../../../src/ops/slice.js';
import '../../../src/ops/methods.js';
import { sgd } from '../../../src/optim/sgd.js';
import { setSeed } from '../../../src/tensor/random.js';
import { fingerprintOf } from '../training-example.js';

/*
 * Ranks that are started differently, or make different calls: rank 1 differs from the others in the way that
 * the argument names. Nothing may hang.
 */
const [way] = process.argv.slice(2);
const world = await mpi({ timeout: 3 });
const differs = world.rank === 1 ? way : '';
await setBackend(differs === 'backend' ? 'wasm' : 'cpu');
setSeed(differs === 'seed' ? 77 : 1);
const units = differs === 'units' ? 5 : 4;
const model = sequential();
model.add(
  layers.dense({
    units,
    inputShape: [3],
    name: differs === 'names' ? 'other' : 'first',
    activation: differs === 'config' ? 'relu' : 'tanh',
    trainable: differs !== 'frozen',
  }),
);
model.add(layers.dropout({ rate: 0.2 }));
model.add(layers.dense({ units: 1, name: 'second' }));
model.compile({
  optimizer: sgd({ learningRate: differs === 'rate' ? 7 : 0.1, momentum: differs === 'optimizer' ? 0.5 : 0 }),
  loss: differs === 'loss' ? 'meanAbsoluteError' : 'meanSquaredError',
  metrics: differs === 'metrics' ? ['meanAbsoluteError'] : undefined,
});
const samples = differs === 'size' ? 20 : 24;
const x = Float32Array.from({ length: samples * 3 }, (_, i) => Math.sin(i + (differs === 'contents' ? 1 : 0)));
const y = Float32Array.from({ length: samples }, (_, i) => (i === 11 && differs === 'labels' ? 5 : i % 2));
const data = { values: x, shape: [samples, 3] };
const labels = { values: y, shape: [samples, 1] };

if (way === 'absent' && world.rank === 1) {
  // It waits for the others elsewhere.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
if (way === 'finalized') world.finalize();

/** Batches of eight samples of the data set, as it is on this rank. */
function dataset() {
  const batches = { datasetShorter: 2, datasetBatch: 3 }[differs] ?? 3;
  const [xs, ys] = [tensor(x, data.shape), tensor(y, labels.shape)];
  return array(Array.from({ length: batches }, (_, index) => index)).map((index) => {
    if (differs === 'datasetThrows' && index === 2) throw new Error('the file is missing');
    const rows = differs === 'datasetBatch' && index === 2 ? 6 : 8;
    const scale = differs === 'datasetContents' && index === 1 ? 2 : 1;
    return { xs: slice(xs, index * 8, rows).mul(scale), ys: slice(ys, index * 8, rows) };
  });
}

const common = {
  epochs: differs === 'epochs' ? 3 : 2,
  verbose: differs === 'verbose' ? 2 : 0,
  classWeight: differs === 'classWeight' ? { 1: 2 } : undefined,
  distribute: world,
  callbacks: {
    onEpochEnd: () => {
      if (way === 'callback') world.barrier();
      if (way === 'callbackThrows') throw new Error('the disk is full');
      if (way === 'callbackFreezes') model.layers[0].trainable = false;
    },
    // Callbacks of other ranks are not called.
    onBatchEnd: () => {
      if (world.rank === 1) throw new Error('called on rank 1');
    },
  },
} as const;
const validationData = differs === 'validationMissing' ? undefined : ([data, labels] as const);
try {
  if (way.startsWith('dataset') && differs !== 'datasetKind') {
    // A filter hides how many batches there are.
    await model.fitDataset(
      dataset().filter(() => true),
      common,
    );
  } else {
    await model.fit(data, labels, {
      ...common,
      batchSize: differs === 'batchSize' ? 4 : 8,
      shuffle: way !== 'inOrder' && differs !== 'shuffle',
      sampleWeight: differs === 'sampleWeight' ? Array(samples).fill(1) : undefined,
      validationData: way.startsWith('validation') ? validationData && [...validationData] : undefined,
      validationSteps: differs === 'validationSteps' ? 1 : undefined,
    });
  }
} catch (error) {
  console.log(`refused on ${world.rank}: ${(error as Error).name}: ${(error as Error).message}`);
  throw error;
}
console.log(JSON.stringify({ rank: world.rank, weights: await fingerprintOf(model) }));
