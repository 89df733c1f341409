import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { registeredMaker } from '../base/serialization.js';
import { ELU, LeakyReLU, ReLU, Softmax, ThresholdedReLU } from './activation/advanced-activations.js';
import { PReLU } from './activation/prelu.js';
import { RandomRotation, RandomTranslation, RandomZoom } from './augmentation/random-affine.js';
import { RandomBrightness, RandomContrast } from './augmentation/random-color.js';
import { RandomFlip } from './augmentation/random-flip.js';
import { RandomCrop, RandomWidth } from './augmentation/random-size.js';
import { Layer } from './base/layer.js';
import type { LayerConfig } from './base/register-layer.js';
import { Conv2D } from './convolution/conv2d.js';
import { Conv2DTranspose } from './convolution/conv2d-transpose.js';
import { DepthwiseConv2D } from './convolution/depthwise-conv2d.js';
import { SeparableConv2D } from './convolution/separable-conv2d.js';
import { ActivationLayer } from './core/activation.js';
import { Dense } from './core/dense.js';
import { InputLayer } from './core/input-layer.js';
import { Concatenate } from './merging/concatenate.js';
import { Dot } from './merging/dot.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merging/merge.js';
import { BatchNormalization } from './normalization/batch-normalization.js';
import { GroupNormalization } from './normalization/group-normalization.js';
import { LayerNormalization } from './normalization/layer-normalization.js';
import { LocalResponseNormalization } from './normalization/local-response-normalization.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D } from './pooling/global-pooling2d.js';
import { AveragePooling2D, MaxPooling2D } from './pooling/pooling2d.js';
import { Normalization } from './preprocessing/normalization.js';
import { Rescaling } from './preprocessing/rescaling.js';
import { CenterCrop, Resizing, UpSampling2D } from './preprocessing/resizing.js';
import { Dropout, SpatialDropout2D } from './regularization/dropout.js';
import { AlphaDropout, GaussianDropout, GaussianNoise } from './regularization/noise.js';
import { Cropping2D } from './reshaping/cropping2d.js';
import { Flatten, Permute, Reshape } from './reshaping/reshaping.js';
import { ZeroPadding2D } from './reshaping/zero-padding2d.js';

interface LayerClass {
  readonly className: string;
  // biome-ignore lint/suspicious/noExplicitAny: each class takes options of its own
  new (options: any): Layer;
}

/** Every layer that is built in. */
export const LAYER_CLASSES: readonly LayerClass[] = [
  ActivationLayer,
  Add,
  AlphaDropout,
  Average,
  AveragePooling2D,
  BatchNormalization,
  CenterCrop,
  Concatenate,
  Conv2D,
  Conv2DTranspose,
  Cropping2D,
  Dense,
  DepthwiseConv2D,
  Dot,
  Dropout,
  ELU,
  Flatten,
  GaussianDropout,
  GaussianNoise,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  GroupNormalization,
  InputLayer,
  LayerNormalization,
  LeakyReLU,
  LocalResponseNormalization,
  MaxPooling2D,
  Maximum,
  Minimum,
  Multiply,
  Normalization,
  PReLU,
  Permute,
  RandomBrightness,
  RandomContrast,
  RandomCrop,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomWidth,
  RandomZoom,
  ReLU,
  Rescaling,
  Reshape,
  Resizing,
  SeparableConv2D,
  Softmax,
  SpatialDropout2D,
  Subtract,
  ThresholdedReLU,
  UpSampling2D,
  ZeroPadding2D,
];

const builtIn = new Registry<LayerClass>(Object.fromEntries(LAYER_CLASSES.map((each) => [each.className, each])));

/**
 * The layer that a class name and a config of `getConfig` describe; classes of yours first.
 * @throws ValueError when the class is unknown, or the config does not suit it
 * @example layerFromConfig(layer.className, layer.getConfig())
 */
export function layerFromConfig(className: string, config: LayerConfig): Layer {
  const make = registeredMaker(className, builtIn);
  if (make) {
    const layer = make(config);
    if (layer instanceof Layer) return layer;
    throw new ValueError(`layerFromConfig: what is registered as '${className}' made no layer`);
  }
  const known = builtIn.resolve(
    'layerFromConfig: className',
    className,
    ', or a class under registerClass or registerLayer',
  );
  return new known(config);
}
