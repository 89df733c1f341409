import { readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import { input } from '../layers/core/input.js';
import { conv2d, dense, flatten, maxPooling2d } from '../layers/index.js';
import { type ApplicationOptions, applicationOptions, pooledFeatures } from './options.js';

/** Channels of each block's convolutions. */
const BLOCKS = [64, 128, 256, 512, 512];

/** Blocks of 3×3 convolutions, a pooling after each, then three dense layers. */
function vgg(
  convolutions: readonly number[],
  lastPool: boolean,
  caller: string,
  table: ReturnType<typeof applicationOptions>,
  options: ApplicationOptions | undefined,
): Model {
  const { inputShape, classes, name, includeTop, pooling, classifierActivation } = readOptions(caller, table, options);
  const inputs = input({ shape: inputShape });
  let x = inputs;
  for (const [index, filters] of BLOCKS.entries()) {
    const block = `block${index + 1}`;
    for (let i = 1; i <= convolutions[index]; i++) {
      x = conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', name: `${block}_conv${i}` }).apply(x);
    }
    const isLast = index === BLOCKS.length - 1;
    if (!isLast || lastPool) x = maxPooling2d({ poolSize: 2, strides: 2, name: `${block}_pool` }).apply(x);
  }
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling), name });
  x = flatten({ name: 'flatten' }).apply(x);
  x = dense({ units: 4096, activation: 'relu', name: 'fc1' }).apply(x);
  x = dense({ units: 4096, activation: 'relu', name: 'fc2' }).apply(x);
  x = dense({ units: classes, activation: classifierActivation, name: 'predictions' }).apply(x);
  return model({ inputs, outputs: x, name });
}

/**
 * VGG-16 as in keras.applications. Images are preprocessed as for Caffe: `preprocessImages(images, 'caffe')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`
 * @see Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", arXiv:1409.1556
 * @example vgg16({ inputShape: [48, 48, 3], classes: 100 }).summary();
 */
export function vgg16(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: 'vgg16' });
  return vgg([2, 2, 3, 3, 3], true, 'vgg16', table, options);
}

/**
 * VGG-19 as in keras.applications. See `vgg16`.
 * @example vgg19({ inputShape: [48, 48, 3], classes: 100 }).summary();
 */
export function vgg19(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name: 'vgg19' });
  return vgg([2, 2, 4, 4, 4], true, 'vgg19', table, options);
}

/**
 * VGG-16 without its last pooling, so that images of 32×32 still leave 2×2 pixels for the classifier.
 * @param options `inputShape` default [32, 32, 3], `classes` default 100, `includeTop`, `pooling`
 * @example vgg16WithoutLastPool().summary();
 */
export function vgg16WithoutLastPool(options?: ApplicationOptions): Model {
  const table = applicationOptions({ inputShape: [32, 32, 3], classes: 100, name: 'vgg16Bis' });
  return vgg([2, 2, 3, 3, 3], false, 'vgg16WithoutLastPool', table, options);
}
