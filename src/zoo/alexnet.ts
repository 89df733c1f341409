import { readOptions } from '../base/options.js';
import { type Sequential, sequential } from '../io/models.js';
import { batchNormalization, conv2d, dense, dropout, flatten, maxPooling2d } from '../layers/index.js';
import { type ZooOptions, zooOptions } from './options.js';

/** Overlapping windows, as in both networks. */
const overlapping = () => maxPooling2d({ poolSize: 3, strides: 2 });

/**
 * AlexNet on one device, with batch normalization instead of local response normalization.
 * @param options `inputShape` default [227, 227, 3], `classes` default 1000
 * @see Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", NeurIPS
 * 2012
 * @example alexnet({ classes: 10 }).summary();
 */
export function alexnet(options?: ZooOptions): Sequential {
  const defaults = { inputShape: [227, 227, 3], classes: 1000, name: 'alexnet' } as const;
  const { inputShape, classes, name } = readOptions('alexnet', zooOptions(defaults), options);
  const model = sequential({ name });
  model.add(conv2d({ filters: 96, kernelSize: 11, strides: 4, activation: 'relu', inputShape }));
  model.add(overlapping());
  model.add(batchNormalization());

  model.add(conv2d({ filters: 256, kernelSize: 5, padding: 'same', activation: 'relu' }));
  model.add(overlapping());
  model.add(batchNormalization());

  model.add(conv2d({ filters: 384, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 384, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(overlapping());

  model.add(flatten());
  model.add(dense({ units: 4096, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: 4096, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: classes, activation: 'softmax' }));
  return model;
}

/**
 * AlexNet's eight layers with small windows, for images of 32×32.
 * @param options `inputShape` default [32, 32, 3], `classes` default 10
 * @example alexnet8().summary();
 */
export function alexnet8(options?: ZooOptions): Sequential {
  const defaults = { inputShape: [32, 32, 3], classes: 10, name: 'alexnet8' } as const;
  const { inputShape, classes, name } = readOptions('alexnet8', zooOptions(defaults), options);
  const model = sequential({ name });
  model.add(conv2d({ filters: 96, kernelSize: 3, padding: 'same', activation: 'relu', inputShape }));
  model.add(batchNormalization());
  model.add(overlapping());

  model.add(conv2d({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(batchNormalization());
  model.add(overlapping());

  model.add(conv2d({ filters: 384, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 384, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(conv2d({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(overlapping());

  model.add(flatten());
  model.add(dense({ units: 2048, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: 2048, activation: 'relu' }));
  model.add(dropout({ rate: 0.5 }));
  model.add(dense({ units: classes, activation: 'softmax' }));
  return model;
}
