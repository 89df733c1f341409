import { ShapeError, ValueError } from '../../../src/base/errors.js';
import { input } from '../../../src/layers/core/input.js';
import * as layers from '../../../src/layers/index.js';
import { identityBlock } from '../../../src/models/blocks.js';
import { model } from '../../../src/models/functional.js';
import { type Sequential, sequential } from '../../../src/models/sequential.js';
import { Adam, SGD } from '../../../src/optim/index.js';
import * as train from '../../../src/tfjs/train.js';
import { lenet5, resnet50, vgg16 } from '../../../src/zoo/index.js';
import { any, type WrongCall } from './wrong-call.js';

/** Slips that someone who knows Keras makes with models: each must name what is near, or what is expected. */

function small(): Sequential {
  const made = sequential();
  made.add(layers.flatten({ inputShape: [4, 4, 1] }));
  made.add(layers.dense({ units: 3, activation: 'softmax', name: 'scores' }));
  return made;
}

const compiled = (options: object) => small().compile({ optimizer: 'adam', loss: 'mse', ...options });

export const highLevel: readonly WrongCall[] = [
  [() => layers.dense({ units: 3, activation: 'rleu' }), ValueError, "did you mean 'relu'?"],
  [
    () => layers.dense({ units: 3, kernelInitializer: any('glorotunifrom') }),
    ValueError,
    "did you mean 'glorotUniform'?",
  ],
  [
    () => layers.conv2d({ filters: 3, kernelSize: 3, padding: any('smae') }),
    ValueError,
    "padding is 'smae', expected one of 'valid', 'same'; did you mean 'same'?",
  ],
  [
    () => layers.dense(any({ units: 3, activaton: 'relu' })),
    ValueError,
    "(Dense): there is no option activaton; did you mean 'activation'?",
  ],
  [
    () => layers.conv2d(any({ filters: 3, kernelSize: 3, kernel_initializer: 'zeros' })),
    ValueError,
    "(Conv2D): there is no option kernel_initializer; did you mean 'kernelInitializer'?",
  ],
  [() => layers.maxPooling2d(any({ pool: 2 })), ValueError, '(MaxPooling2D): there is no option pool, expected '],
  [() => layers.dense(any(undefined)), ValueError, '(Dense): units is undefined, expected an integer ≥ 1'],
  [
    () => any<(units: number) => void>(layers.dense)(10),
    ValueError,
    'dense (Dense): options are 10, expected an object',
  ],
  [() => sequential().add(any('dense')), ValueError, "add was given 'dense', expected a layer"],
  [() => sequential().add(any(layers.flatten)), ValueError, 'add was given a function that was not called'],
  [() => small().getLayer('score'), ValueError, 'no layer score, expected one of flatten'],
  [() => small().getLayer('score'), ValueError, "did you mean 'scores'?"],
  [
    () => model(any({ inputs: input({ shape: [3] }) })),
    ValueError,
    'model: outputs is undefined, expected symbolic tensors',
  ],
  [
    () => layers.add().apply([input({ shape: [4] }), input({ shape: [5] })]),
    ShapeError,
    'a [2,4] and b [2,5] do not broadcast (4 vs 5); 2 stands for the batch',
  ],
  [
    () => layers.reshape({ targetShape: [7] }).apply(input({ shape: [null, 4, 1] })),
    ShapeError,
    '2 stands for the batch, 480 for a size that is not known',
  ],
  [() => compiled({ optimizer: 'adma' }), ValueError, "did you mean 'adam'?"],
  [
    () => compiled({ loss: 'sparse_categorical_crossentopy' }),
    ValueError,
    "did you mean 'sparseCategoricalCrossentropy'?",
  ],
  [() => compiled({ metrics: ['acuracy'] }), ValueError, "did you mean 'accuracy'?"],
  [() => compiled({ metric: ['acc'] }), ValueError, "compile: there is no option metric; did you mean 'metrics'?"],
  [() => compiled({ loss: { score: 'mse' } }), ValueError, "expected one of scores; did you mean 'scores'?"],
  [() => small().compile(any(undefined)), ValueError, 'compile: loss is missing'],
  [
    () => new Adam(any({ learning_rate: 0.1 })),
    ValueError,
    "Adam: there is no option learning_rate; did you mean 'learningRate'?",
  ],
  [() => new SGD(any({ lr: 0.1 })), ValueError, 'SGD: there is no option lr, expected learningRate, decay'],
  [
    () => new Adam({ learningRate: any('0.1') }),
    ValueError,
    "Adam: learningRate is '0.1', expected a number ≥ 0 or a schedule",
  ],
  [() => train.adam(any({ lr: 0.1 })), ValueError, 'Adam: learningRate is { lr: 0.1 }, expected a number ≥ 0'],
  [
    () => lenet5(any({ num_classes: 5 })),
    ValueError,
    'lenet5: there is no option num_classes, expected inputShape, weights, name, classes',
  ],
  [() => lenet5(any([28, 28, 1])), ValueError, 'lenet5: options are [28,28,1], expected an object of inputShape'],
  [() => resnet50(any({ includetop: false })), ValueError, "did you mean 'includeTop'?"],
  [() => vgg16({ weights: any('imagenet') }), ValueError, "vgg16: weights is 'imagenet', expected null"],
  [
    () => identityBlock(input({ shape: [8, 8, 3] }), { filters: [4, 4, 8] }),
    ShapeError,
    'identityBlock: x has 3 channels, expected filters[2], 8; convolutionalBlock takes any',
  ],
];
