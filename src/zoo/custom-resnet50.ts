import { readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import { input } from '../layers/core/input.js';
import { averagePooling2d, dense, flatten, zeroPadding2d } from '../layers/index.js';
import { convolutionalBlock, identityBlock } from '../models/blocks.js';
import { type ApplicationOptions, applicationOptions, pooledFeatures } from './options.js';

/** Stages of residual blocks; `strides` are those of the stage's first block. */
const STAGES = [
  { stage: 2, filters: [32, 32, 64], blocks: 'abc', strides: 2 },
  { stage: 3, filters: [64, 64, 256], blocks: 'abc', strides: 1 },
  { stage: 4, filters: [128, 128, 512], blocks: 'abcd', strides: 2 },
  { stage: 5, filters: [256, 256, 1024], blocks: 'abcdef', strides: 2 },
  { stage: 6, filters: [512, 512, 2048], blocks: 'abc', strides: 2 },
] as const;

/**
 * A residual network for images of 32×32: ResNet-50's blocks in five stages, without the first convolution and pooling.
 *
 * Kernels are initialized with Glorot's uniform distribution. The article takes the blocks from `resnet50.py` of Keras
 * up to
 * 2.1, which names no initializer (it is the version that demands 197 pixels a side and has `avg_pool` before the top).
 * He's normal distribution came later, with keras-applications, which does not export the blocks.
 * @param options `inputShape` default [32, 32, 3], `classes` default 100, `includeTop`, `pooling`
 * @see Utrera, "Deep Learning básico con Keras (Parte 4): ResNet", 2018
 * @example customResnet50().summary();
 */
export function customResnet50(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [32, 32, 3], classes: 100, name: 'resnet50' });
  const { inputShape, classes, name, includeTop, pooling, classifierActivation } = readOptions(
    'customResnet50',
    table,
    options,
  );
  const inputs = input({ shape: inputShape });
  let x = zeroPadding2d({ padding: 2, name: 'conv1_pad' }).apply(inputs);
  for (const { stage, filters, blocks, strides } of STAGES) {
    const [first, ...others] = blocks;
    x = convolutionalBlock(x, { filters, stage, block: first, strides });
    for (const block of others) x = identityBlock(x, { filters, stage, block });
  }
  x = averagePooling2d({ poolSize: 1, name: 'avg_pool' }).apply(x);

  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling), name });
  x = flatten().apply(x);
  x = dense({ units: classes, activation: classifierActivation, name: 'fc1000' }).apply(x);
  return model({ inputs, outputs: x, name });
}
