import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import type { ImageSetName } from '../../datasets/set-names.js';
import { SGD } from '../../optim/sgd.js';
import type { CallbackFunctions } from '../../training/callbacks/callback.js';
import { learningRateScheduler } from '../../training/callbacks/learning-rate-scheduler.js';
import type { CompileOptions } from '../../training/model/compile.js';

/** Training settings of a model. */
export interface TrainingPlan {
  /** The title of the report. */
  readonly title: string;
  /** Height and width that images are resized to, in pixels; default the size in the data set. */
  readonly size?: number;
  /** Interpolation for resizing; default `'bilinear'`. */
  readonly interpolation?: 'bilinear' | 'bicubic';
  readonly epochs: number;
  readonly batch: number;
  readonly compile: () => CompileOptions;
  readonly callbacks?: () => CallbackFunctions[];
}

/** The settings with which an article trains a model of the zoo. */
export interface Experiment extends TrainingPlan {
  readonly data: ImageSetName;
}

const adam = (): CompileOptions => ({
  optimizer: 'adam',
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});

const adamOnClasses = (): CompileOptions => ({ ...adam(), loss: 'sparseCategoricalCrossentropy' });

const sgd = (): CompileOptions => ({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['acc', 'mse'] });

/**
 * GoogLeNet's training: a learning rate 4% lower every eight epochs, and auxiliary classifiers weighted as in the
 * paper.
 */
const threeOutputs = (): CompileOptions => ({
  optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }),
  loss: ['categoricalCrossentropy', 'categoricalCrossentropy', 'categoricalCrossentropy'],
  lossWeights: [1, 0.3, 0.3],
  metrics: ['accuracy'],
});
const everyEightEpochs = () => [learningRateScheduler((epoch) => 0.01 * 0.96 ** Math.floor((1 + epoch) / 8))];

const CIFAR10 = { data: 'cifar10', batch: 32, compile: adam } as const;
const CIFAR100 = { data: 'cifar100', batch: 32, epochs: 10, compile: sgd } as const;
const AT_48 = { ...CIFAR100, size: 48, interpolation: 'bicubic' } as const;
// With the articles' batches of 32, the tensors for the gradients exceed the 4 GiB of a wasm memory.
const FLOWERS = { data: 'flowers', batch: 16, compile: adamOnClasses } as const;

/** By the model's name in the zoo. As in the articles, except LeNet-5's 20 epochs and batches that would not fit. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  lenet5: { title: 'LeNet-5 on Fashion-MNIST', data: 'fashion-mnist', batch: 32, epochs: 3, compile: adam },
  alexnet8: { ...CIFAR10, title: 'AlexNet, small, on CIFAR-10', epochs: 50 },
  cifar10_vgg16: { ...CIFAR10, title: 'VGG, small, on CIFAR-10', epochs: 20 },
  googlenet: {
    title: 'GoogLeNet on CIFAR-10',
    data: 'cifar10',
    size: 224,
    // The article's 256 need more than the 4 GiB of a wasm memory.
    batch: 64,
    epochs: 25,
    compile: threeOutputs,
    callbacks: everyEightEpochs,
  },
  vgg16_48: { ...AT_48, title: 'VGG-16 on CIFAR-100' },
  vgg19_48: { ...AT_48, title: 'VGG-19 on CIFAR-100' },
  vgg16_without_last_pool: { ...CIFAR100, title: 'VGG-16 without its last pooling on CIFAR-100' },
  custom_resnet50_cifar100: { ...CIFAR100, title: 'A ResNet-50 of five stages on CIFAR-100' },
  resnet50_signs: { title: 'ResNet-50 on SIGNS', data: 'signs', batch: 32, epochs: 2, compile: adam },
  resnet50_keras: { ...FLOWERS, title: 'ResNet-50 on flowers', size: 224, epochs: 40 },
  inception_v3: { ...FLOWERS, title: 'Inception v3 on flowers', size: 299, epochs: 20 },
};

/** @throws ValueError when no experiment has that name */
export function findExperiment(name: string): Experiment {
  if (Object.hasOwn(EXPERIMENTS, name)) return EXPERIMENTS[name];
  throw new ValueError(
    `train: there is no experiment '${name}', expected one of ` +
      `${Object.keys(EXPERIMENTS).join(', ')}${didYouMean(name, Object.keys(EXPERIMENTS))}`,
  );
}
