import { readOptions } from '../base/options.js';
import { initializers } from '../initializers/index.js';
import { type Model, model } from '../io/models.js';
import { input } from '../layers/core/input.js';
import {
  activation,
  averagePooling2d,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  maxPooling2d,
  zeroPadding2d,
} from '../layers/index.js';
import { convolutionalBlock, identityBlock } from '../models/blocks.js';
import { type ZooOptions, zooOptions } from './options.js';

/**
 * ResNet-50 for the SIGNS images: stage by stage, layers named by stage, block and branch.
 * @param options `inputShape` default [64, 64, 3], `classes` default 6
 * @see He et al., arXiv:1512.03385
 * @example resnet50Signs().summary();
 */
export function resnet50Signs(options?: ZooOptions): Model {
  const defaults = { inputShape: [64, 64, 3], classes: 6, name: 'ResNet50' } as const;
  const { inputShape, classes, name } = readOptions('resnet50Signs', zooOptions(defaults), options);
  const kernelInitializer = initializers.glorotUniform({ seed: 0 });

  const inputs = input({ shape: inputShape });
  let x = zeroPadding2d({ padding: 3 }).apply(inputs);

  x = conv2d({ filters: 64, kernelSize: 7, strides: 2, name: 'conv1', kernelInitializer }).apply(x);
  x = batchNormalization({ name: 'bn_conv1' }).apply(x);
  x = activation({ activation: 'relu' }).apply(x);
  x = maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);

  const stage2 = { filters: [64, 64, 256], stage: 2, kernelInitializer } as const;
  x = convolutionalBlock(x, { ...stage2, block: 'a', strides: 1 });
  for (const block of ['b', 'c']) x = identityBlock(x, { ...stage2, block });

  const stage3 = { filters: [128, 128, 512], stage: 3, kernelInitializer } as const;
  x = convolutionalBlock(x, { ...stage3, block: 'a' });
  for (const block of ['b', 'c', 'd']) x = identityBlock(x, { ...stage3, block });

  const stage4 = { filters: [256, 256, 1024], stage: 4, kernelInitializer } as const;
  x = convolutionalBlock(x, { ...stage4, block: 'a' });
  for (const block of ['b', 'c', 'd', 'e', 'f']) x = identityBlock(x, { ...stage4, block });

  const stage5 = { filters: [512, 512, 2048], stage: 5, kernelInitializer } as const;
  x = convolutionalBlock(x, { ...stage5, block: 'a' });
  for (const block of ['b', 'c']) x = identityBlock(x, { ...stage5, block });

  x = averagePooling2d({ poolSize: 2, name: 'avg_pool' }).apply(x);
  x = flatten().apply(x);
  x = dense({ units: classes, activation: 'softmax', name: `fc${classes}`, kernelInitializer }).apply(x);
  return model({ inputs, outputs: x, name });
}
