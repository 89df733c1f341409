import { layers } from '../../src/layers/index.js';
import { input } from '../../src/layers/input-layer.js';
import { clearSession } from '../../src/layers/naming.js';
import type { SymbolicTensor } from '../../src/layers/symbolic.js';
import { convolutionalBlock, identityBlock, inceptionModule } from '../../src/models/blocks.js';
import { type Model, model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import type { Optimizer } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/ops/creation.js';
import { normalValues, setSeed } from '../../src/tensor/random.js';
import { dispose } from '../../src/tensor/scope.js';
import { disposeVariables } from '../../src/tensor/variable.js';

const SIDE = 12;
const BATCH = 8;

/** A classifier of three classes around one block. */
function around(channels: number, block: (x: SymbolicTensor) => SymbolicTensor): Model {
  const image = input({ shape: [SIDE / 2, SIDE / 2, channels] });
  const pooled = layers.globalAveragePooling2d({}).apply(block(image)) as SymbolicTensor;
  const scores = layers.dense({ units: 3, activation: 'softmax' }).apply(pooled) as SymbolicTensor;
  return model({ inputs: image, outputs: scores });
}

export interface TrainedModel {
  readonly name: string;
  readonly inputShape: readonly number[];
  build(): Model;
}

/** The kinds of layers that the zoo is made of, at small width. */
export const MODELS: readonly TrainedModel[] = [
  {
    name: 'LeNet-5',
    inputShape: [SIDE, SIDE, 1],
    build: () =>
      sequential({
        layers: [
          layers.conv2d({
            filters: 4,
            kernelSize: 5,
            padding: 'same',
            activation: 'relu',
            inputShape: [SIDE, SIDE, 1],
          }),
          layers.averagePooling2d({ poolSize: 2 }),
          layers.conv2d({ filters: 6, kernelSize: 3, activation: 'tanh' }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.flatten(),
          layers.dropout({ rate: 0.2, seed: 5 }),
          layers.dense({ units: 10, activation: 'relu' }),
          layers.dense({ units: 3, activation: 'softmax' }),
        ],
      }),
  },
  {
    name: 'identity block',
    inputShape: [SIDE / 2, SIDE / 2, 4],
    build: () => around(4, (x) => identityBlock(x, { filters: [2, 2, 4] })),
  },
  {
    name: 'convolutional block',
    inputShape: [SIDE / 2, SIDE / 2, 4],
    build: () => around(4, (x) => convolutionalBlock(x, { filters: [2, 2, 6], strides: 2 })),
  },
  {
    name: 'inception module',
    inputShape: [SIDE / 2, SIDE / 2, 4],
    build: () =>
      around(4, (x) =>
        inceptionModule(x, {
          filters1x1: 2,
          filters3x3Reduce: 2,
          filters3x3: 3,
          filters5x5Reduce: 2,
          filters5x5: 2,
          filtersPoolProjection: 2,
        }),
      ),
  },
];

export interface Training {
  readonly steps: number;
  readonly optimizer: () => Optimizer;
  /** Called after each step. */
  readonly watch?: (step: number) => void;
}

/** Trains from the same weights on the same batches, whatever the backend. @returns the loss of each step */
export async function train(trained: TrainedModel, { steps, optimizer, watch }: Training): Promise<number[]> {
  clearSession();
  setSeed(3);
  const made = trained.build();
  made.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' });
  const shape = [BATCH, ...trained.inputShape];
  const size = shape.reduce((product, side) => product * side);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const labels = Int32Array.from({ length: BATCH }, (_, image) => (image + step) % 3);
    // Waves of a length that tells the class, in noise.
    const noise = normalValues(size, 100 + step);
    const values = noise.map((value, at) => 0.3 * value + Math.sin(at * (1 + labels[Math.floor((at * BATCH) / size)])));
    const x = tensor(Float32Array.from(values), shape);
    const y = tensor(labels, [BATCH]);
    const loss = await made.trainOnBatch(x, y);
    losses.push(Array.isArray(loss) ? loss[0] : (loss as number));
    dispose([x, y]);
    watch?.(step);
  }
  made.dispose();
  disposeVariables();
  return losses;
}
