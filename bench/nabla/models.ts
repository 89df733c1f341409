import * as nb from '../../src/index.js';
import type { ModelName, ModelRun, Recurrence } from '../workloads.js';

type Options = { readonly inputShape: readonly [number, number, number]; readonly classes: number };

const MODELS: Readonly<Record<ModelName, (options: Options, isTraining: boolean) => nb.Model>> = {
  lenet5: (options) => nb.lenet5(options),
  alexnet8: (options) => nb.alexnet8(options),
  cifar10Vgg16: (options) => nb.cifar10Vgg16(options),
  vgg16: (options) => nb.vgg16(options),
  customResnet50: (options) => nb.customResnet50(options),
  resnet50Signs: (options) => nb.resnet50Signs(options),
  resnet50: (options) => nb.resnet50(options),
  // Its auxiliary classifiers serve training alone.
  googlenet: (options, isTraining) => nb.googlenet({ ...options, auxiliary: isTraining }),
};

const OPTIMIZERS = {
  adam: () => nb.optimizers.adam(),
  sgd: () => nb.optimizers.sgd({ learningRate: 0.01 }),
  momentum: () => nb.optimizers.sgd({ learningRate: 0.01, momentum: 0.9 }),
} as const;

/** As the paper weights the losses of GoogLeNet's three outputs. */
const LOSS_WEIGHTS = [0.3, 0.3, 1];

function makeModel({ model, image, classes, kind }: ModelRun): nb.Model {
  return MODELS[model]({ inputShape: image, classes }, kind === 'train');
}

/** Inference on one batch, its result read. */
export function prediction(work: ModelRun): () => Promise<void> {
  const model = makeModel(work);
  const x = nb.randomUniform([work.batch, ...work.image]);
  return async () => {
    const y = model.predict(x, { batchSize: work.batch }) as nb.Tensor;
    await y.data();
    y.dispose();
  };
}

/** One training step as in a custom loop: forward, loss, backward, update, the loss read back. */
export function trainingStep(work: ModelRun): () => Promise<void> {
  const model = makeModel(work);
  const outputs = model.outputs.length;
  const lossWeights = outputs > 1 ? LOSS_WEIGHTS : undefined;
  model.compile({ optimizer: OPTIMIZERS[work.optimizer](), loss: 'categoricalCrossentropy', lossWeights });
  const batches = Array.from({ length: work.batches }, () => {
    const labels = nb.oneHot(nb.randomUniformInt([work.batch], 0, work.classes), work.classes);
    return { x: nb.randomUniform([work.batch, ...work.image]), y: outputs > 1 ? Array(outputs).fill(labels) : labels };
  });
  let step = 0;
  return async () => {
    const { x, y } = batches[step++ % batches.length];
    await model.trainOnBatch(x, y);
  };
}

/** One training step of an LSTM alone. */
export function recurrentStep({ batch, steps, features, units }: Recurrence): () => Promise<void> {
  const model = nb.sequential({ layers: [nb.layers.lstm({ units, inputShape: [steps, features] })] });
  model.compile({ optimizer: nb.optimizers.sgd({ learningRate: 0.01 }), loss: 'meanSquaredError' });
  const x = nb.randomNormal([batch, steps, features]);
  const y = nb.randomUniform([batch, units]);
  return async () => void (await model.trainOnBatch(x, y));
}
