/** What is timed: one description, which nabla and every peer carry out in their own way. */
export type Workload = MatMul | Convolution | Recurrence | ModelRun;

export interface MatMul {
  readonly kind: 'matmul';
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

export interface Convolution {
  readonly kind: 'conv2d' | 'conv2d-input-gradient' | 'conv2d-filter-gradient';
  readonly batch: number;
  readonly size: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly window: number;
}

/** A training step of an LSTM alone: the mean squared error of its last output, and gradient descent. */
export interface Recurrence {
  readonly kind: 'lstm-train';
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
}

export interface ModelRun {
  /** `predict` is inference; `train` a step: forward, loss, backward, update, the loss read back. */
  readonly kind: 'predict' | 'train';
  readonly model: ModelName;
  readonly batch: number;
  readonly image: Image;
  readonly classes: number;
  readonly optimizer: 'adam' | 'sgd' | 'momentum';
  /**
   * Batches of random images that training goes through in turn: one alone is soon learnt by heart, and gradients near
   * zero are numbers that processors are slow at.
   */
  readonly batches: number;
}

export const isModelRun = (work: Workload): work is ModelRun => work.kind === 'predict' || work.kind === 'train';

type Image = readonly [height: number, width: number, channels: number];

/** Functions of the zoo. */
export type ModelName =
  | 'lenet5'
  | 'alexnet8'
  | 'cifar10Vgg16'
  | 'vgg16'
  | 'customResnet50'
  | 'resnet50Signs'
  | 'googlenet'
  | 'resnet50';

const conv = (kind: Convolution['kind']): Convolution => ({
  kind,
  batch: 8,
  size: 56,
  inChannels: 64,
  outChannels: 64,
  window: 3,
});

const predict = (model: ModelName, batch: number, image: Image, classes: number): ModelRun => ({
  kind: 'predict',
  model,
  batch,
  image,
  classes,
  optimizer: 'adam',
  batches: 1,
});

/** The batches take 32 MiB at most, so that they do not count in the peak memory. */
function train(
  model: ModelName,
  batch: number,
  image: Image,
  classes: number,
  optimizer: ModelRun['optimizer'] = 'adam',
): ModelRun {
  const bytes = 4 * batch * image[0] * image[1] * image[2];
  const batches = Math.min(64, Math.floor(2 ** 25 / bytes));
  return { kind: 'train', model, batch, image, classes, optimizer, batches };
}

/** By group; a group's name selects all of it. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, Workload>>>> = {
  kernels: {
    'matmul-384': { kind: 'matmul', m: 384, k: 384, n: 384 },
    'conv-3x3-64-56': conv('conv2d'),
    'conv-3x3-64-56-input-gradient': conv('conv2d-input-gradient'),
    'conv-3x3-64-56-filter-gradient': conv('conv2d-filter-gradient'),
  },
  sequences: {
    'lstm-128-train': { kind: 'lstm-train', batch: 32, steps: 100, features: 128, units: 128 },
  },
  predict: {
    'lenet5-predict': predict('lenet5', 32, [28, 28, 1], 10),
    'vgg16-48-predict': predict('vgg16', 32, [48, 48, 3], 100),
    'resnet50-cifar100-predict': predict('customResnet50', 32, [32, 32, 3], 100),
    'resnet50-64-predict': predict('resnet50Signs', 32, [64, 64, 3], 6),
    'resnet50-224-predict': predict('resnet50', 1, [224, 224, 3], 1000),
    'googlenet-224-predict': predict('googlenet', 1, [224, 224, 3], 10),
  },
  train: {
    'lenet5-train': train('lenet5', 32, [28, 28, 1], 10),
    'alexnet8-train': train('alexnet8', 32, [32, 32, 3], 10),
    'cifar10-vgg16-train': train('cifar10Vgg16', 32, [32, 32, 3], 10),
    'vgg16-48-train': train('vgg16', 32, [48, 48, 3], 100, 'sgd'),
    'resnet50-cifar100-train': train('customResnet50', 32, [32, 32, 3], 100, 'sgd'),
    'resnet50-64-train': train('resnet50Signs', 32, [64, 64, 3], 6),
    'googlenet-224-train': train('googlenet', 8, [224, 224, 3], 10, 'momentum'),
    'resnet50-224-train': train('resnet50', 8, [224, 224, 3], 1000),
  },
};

export const WORKLOADS: Readonly<Record<string, Workload>> = Object.assign({}, ...Object.values(GROUPS));

/** Floating-point operations of one run, a multiply-add counted as two; null where the count says little. */
export function operations(work: Workload): number | null {
  if (work.kind === 'matmul') return 2 * work.m * work.k * work.n;
  if (isModelRun(work) || work.kind === 'lstm-train') return null;
  return 2 * work.batch * work.size ** 2 * work.window ** 2 * work.inChannels * work.outChannels;
}
