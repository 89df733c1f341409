import { type Given, oneOf, readOptions } from '../base/options.js';
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
import { applicationOptions, POOLING_NAMES, pooledFeatures } from './options.js';
import { resnetFeatures } from './resnet.js';

/** Channels inside the blocks of each stage, and how many blocks; stages are counted from 2. */
const STAGES = [
  { filters: 64, blocks: 3 },
  { filters: 128, blocks: 4 },
  { filters: 256, blocks: 6 },
  { filters: 512, blocks: 3 },
] as const;

const OPTIONS = {
  ...applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: 'resnet50' }),
  /**
   * Names of the layers: `'blocks'`, the default, those of Keras since 2019 (`conv2_block1_1_conv`), or `'branches'`,
   * those of earlier versions and their files (`res2a_branch2a`).
   */
  naming: oneOf(['blocks', 'branches']).default('blocks'),
};

export type ResNet50Options = Given<typeof OPTIONS>;

function branchesNaming(inputs: SymbolicTensor): SymbolicTensor {
  const kernelInitializer = 'heNormal';
  let x = zeroPadding2d({ padding: 3, name: 'conv1_pad' }).apply(inputs);
  x = conv2d({ filters: 64, kernelSize: 7, strides: 2, kernelInitializer, name: 'conv1' }).apply(x);
  x = batchNormalization({ name: 'bn_conv1' }).apply(x);
  x = activation({ activation: 'relu' }).apply(x);
  x = zeroPadding2d({ padding: 1, name: 'pool1_pad' }).apply(x);
  x = maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
  for (const [index, { filters, blocks }] of STAGES.entries()) {
    for (let i = 0; i < blocks; i++) {
      const place = { stage: index + 2, block: 'abcdef'[i] };
      const options = { filters: [filters, filters, 4 * filters] as const, kernelInitializer, ...place } as const;
      if (i === 0) x = convolutionalBlock(x, { ...options, strides: index === 0 ? 1 : 2 });
      else x = identityBlock(x, options);
    }
  }
  return x;
}

/**
 * ResNet-50 as in keras.applications. Images are preprocessed as for Caffe: `preprocessImages(images, 'caffe')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`, `naming`
 * @throws ValueError for a naming or pooling that is unknown
 * @see He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385
 * @example resnet50({ includeTop: false, pooling: 'avg' }).summary();
 */
export function resnet50(options?: ResNet50Options): Model {
  const { inputShape, classes, name, includeTop, pooling, classifierActivation, naming } = readOptions(
    'resnet50',
    OPTIONS,
    options,
  );
  const inputs = input({ shape: inputShape });
  const features = naming === 'blocks' ? resnetFeatures(inputs, [3, 4, 6, 3]) : branchesNaming(inputs);
  const poolingNames = naming === 'blocks' ? POOLING_NAMES : undefined;
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(features, pooling, poolingNames), name });
  const pooled = globalAveragePooling2d({ name: 'avg_pool' }).apply(features);
  const classifier = naming === 'blocks' ? 'predictions' : 'fc1000';
  const outputs = dense({ units: classes, activation: classifierActivation, name: classifier }).apply(pooled);
  return model({ inputs, outputs, name });
}
