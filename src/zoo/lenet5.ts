import { readOptions } from '../base/options.js';
import { type Sequential, sequential } from '../io/models.js';
import { averagePooling2d, conv2d, dense, flatten } from '../layers/index.js';
import { type ZooOptions, zooOptions } from './options.js';

/**
 * LeNet-5 for images of 28×28, with relu instead of the original's tanh.
 * @param options `inputShape` default [28, 28, 1], `classes` default 10
 * @see LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 86 (1998)
 * @example lenet5().summary();
 */
export function lenet5(options?: ZooOptions): Sequential {
  const defaults = { inputShape: [28, 28, 1], classes: 10, name: 'lenet5' } as const;
  const { inputShape, classes, name } = readOptions('lenet5', zooOptions(defaults), options);
  const model = sequential({ name });
  model.add(conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu', inputShape }));
  model.add(averagePooling2d({ poolSize: 2 }));

  model.add(conv2d({ filters: 16, kernelSize: 5, padding: 'same', activation: 'relu' }));
  model.add(averagePooling2d({ poolSize: 2 }));

  model.add(flatten());
  model.add(dense({ units: 120, activation: 'relu' }));
  model.add(dense({ units: 84, activation: 'relu' }));
  model.add(dense({ units: classes, activation: 'softmax' }));
  return model;
}
