import {
  clearSession,
  convolutionalBlock,
  dispose,
  disposeVariables,
  identityBlock,
  inceptionModule,
  input,
  layers,
  type Model,
  model,
  optimizers,
  sequential,
  setSeed,
  tensor,
} from '../../../src/index.js';
import type { Optimizer } from '../../../src/optim/index.js';

type SymbolicTensor = ReturnType<typeof input>;

/** Height and width of an image. */
export const SIDE = 12;

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
  /** The one that its 30 steps are made with. */
  optimizer(): Optimizer;
}

/** The kinds of layers that the zoo is made of, at small width. */
export const MODELS: readonly TrainedModel[] = [
  {
    name: 'LeNet-5',
    optimizer: () => optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
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
    optimizer: () => optimizers.adam({ learningRate: 0.01 }),
    inputShape: [SIDE / 2, SIDE / 2, 4],
    build: () => around(4, (x) => identityBlock(x, { filters: [2, 2, 4] })),
  },
  {
    name: 'convolutional block',
    optimizer: () => optimizers.rmsprop({ learningRate: 0.003, momentum: 0.5 }),
    inputShape: [SIDE / 2, SIDE / 2, 4],
    build: () => around(4, (x) => convolutionalBlock(x, { filters: [2, 2, 6], strides: 2 })),
  },
  {
    name: 'inception module',
    optimizer: () => optimizers.adamw({ learningRate: 0.01 }),
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
  /** Images a step, default 8. */
  readonly batch?: number;
  /** Default: the model's. */
  readonly optimizer?: () => Optimizer;
  /** Called, and waited for, after each step. */
  readonly watch?: (step: number) => void | Promise<void>;
}

/** Trains from the same weights on the same batches, whatever the backend. @returns the loss of each step */
export async function train(
  trained: TrainedModel,
  { steps, batch = 8, optimizer = trained.optimizer, watch }: Training,
): Promise<number[]> {
  clearSession();
  setSeed(3);
  const made = trained.build();
  made.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' });
  const shape = [batch, ...trained.inputShape];
  const size = shape.reduce((product, side) => product * side);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const labels = Int32Array.from({ length: batch }, (_, image) => (image + step) % 3);
    // Waves of a length that tells the class, in noise.
    const values = Float32Array.from({ length: size }, (_, at) => {
      const label = labels[Math.floor((at * batch) / size)];
      return Math.sin(at * (1 + label)) + 0.5 * Math.sin(1e4 * (at + 1) * (step + 1));
    });
    const x = tensor(values, shape);
    const y = tensor(labels, [batch]);
    const loss = await made.trainOnBatch(x, y);
    losses.push(Array.isArray(loss) ? loss[0] : (loss as number));
    dispose([x, y]);
    await watch?.(step);
  }
  made.dispose();
  disposeVariables();
  return losses;
}
