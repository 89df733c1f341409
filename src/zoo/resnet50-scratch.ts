import { readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  activation,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  maxPooling2d,
  zeroPadding2d,
} from '../layers/index.js';
import { convolutionalBlock, identityBlock } from '../models/blocks.js';
import { type ZooOptions, zooOptions } from './options.js';

/** Residual blocks with automatic names: the first changes size and channels, the others keep them. */
function stage(x: SymbolicTensor, filters: readonly [number, number, number], blocks: number, strides: number) {
  let y = convolutionalBlock(x, { filters, strides });
  for (let i = 1; i < blocks; i++) y = identityBlock(y, { filters });
  return y;
}

/**
 * ResNet-50 written out from the paper, with automatic layer names.
 * @param options `inputShape` default [224, 224, 3], `classes` default 4
 * @see He et al., arXiv:1512.03385, table 1
 * @example resnet50Scratch().summary();
 */
export function resnet50Scratch(options?: ZooOptions): Model {
  const defaults = { inputShape: [224, 224, 3], classes: 4 } as const;
  const { inputShape, classes, name } = readOptions('resnet50Scratch', zooOptions(defaults), options);
  const inputs = input({ shape: inputShape, name: 'input' });
  let x = zeroPadding2d({ padding: 3 }).apply(inputs);
  x = conv2d({ filters: 64, kernelSize: 7, strides: 2 }).apply(x);
  x = batchNormalization().apply(x);
  x = activation({ activation: 'relu' }).apply(x);
  x = zeroPadding2d({ padding: 1 }).apply(x);

  x = maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
  x = stage(x, [64, 64, 256], 3, 1);
  x = stage(x, [128, 128, 512], 4, 2);
  x = stage(x, [256, 256, 1024], 6, 2);
  x = stage(x, [512, 512, 2048], 3, 2);

  x = globalAveragePooling2d().apply(x);
  x = dense({ units: classes, activation: 'softmax' }).apply(x);
  return model({ inputs, outputs: x, name });
}
