import { readOptions } from '../base/options.js';
import { type Sequential, sequential } from '../io/models.js';
import { batchNormalization, conv2d, dense, dropout, flatten, maxPooling2d } from '../layers/index.js';
import { type ZooOptions, zooOptions } from './options.js';

/**
 * A small VGG for images of 32×32: three blocks, batch normalization and dropout.
 * @param options `inputShape` default [32, 32, 3], `classes` default 10
 * @example cifar10Vgg16().summary();
 */
export function cifar10Vgg16(options?: ZooOptions): Sequential {
  const defaults = { inputShape: [32, 32, 3], classes: 10, name: 'cifar10_vgg16' } as const;
  const { inputShape, classes, name } = readOptions('cifar10Vgg16', zooOptions(defaults), options);
  const model = sequential({ name });
  model.add(conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu', inputShape }));
  model.add(conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(batchNormalization());
  model.add(maxPooling2d({ poolSize: 2 }));
  model.add(dropout({ rate: 0.4 }));

  model.add(conv2d({ filters: 128, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 128, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(batchNormalization());
  model.add(maxPooling2d({ poolSize: 2 }));
  model.add(dropout({ rate: 0.4 }));

  model.add(conv2d({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(maxPooling2d({ poolSize: 2 }));
  model.add(batchNormalization());
  model.add(dropout({ rate: 0.5 }));

  model.add(flatten());
  model.add(dense({ units: 256, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: 256, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: classes, activation: 'softmax' }));
  return model;
}
