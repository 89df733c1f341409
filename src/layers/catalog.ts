import { registeredMaker } from '../serialization.js';
import { ValueError } from '../tensor/errors.js';
import { ActivationLayer } from './activation.js';
import { ELU, LeakyReLU, ReLU, Softmax, ThresholdedReLU } from './advanced-activations.js';
import { BatchNormalization } from './batch-normalization.js';
import { Concatenate } from './concatenate.js';
import { Conv2D } from './conv2d.js';
import { Conv2DTranspose } from './conv2d-transpose.js';
import { Cropping2D } from './cropping2d.js';
import { Dense } from './dense.js';
import { DepthwiseConv2D } from './depthwise-conv2d.js';
import { Dot } from './dot.js';
import { Dropout, SpatialDropout2D } from './dropout.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D } from './global-pooling2d.js';
import { GroupNormalization } from './group-normalization.js';
import { InputLayer } from './input-layer.js';
import { Layer } from './layer.js';
import { LayerNormalization } from './layer-normalization.js';
import { LocalResponseNormalization } from './local-response-normalization.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merge.js';
import { AlphaDropout, GaussianDropout, GaussianNoise } from './noise.js';
import { Normalization } from './normalization.js';
import { AveragePooling2D, MaxPooling2D } from './pooling2d.js';
import { PReLU } from './prelu.js';
import { RandomRotation, RandomTranslation, RandomZoom } from './random-affine.js';
import { RandomBrightness, RandomContrast } from './random-color.js';
import { RandomFlip } from './random-flip.js';
import { RandomCrop, RandomWidth } from './random-size.js';
import type { LayerConfig } from './register-layer.js';
import { Rescaling } from './rescaling.js';
import { Flatten, Permute, Reshape } from './reshaping.js';
import { CenterCrop, Resizing, UpSampling2D } from './resizing.js';
import { SeparableConv2D } from './separable-conv2d.js';
import { ZeroPadding2D } from './zero-padding2d.js';

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

const builtIn = new Map<string, LayerClass>(LAYER_CLASSES.map((each) => [each.className, each]));

/**
 * The layer that a class name and a config of `getConfig` describe; classes of yours first.
 * @throws ValueError when the class is unknown, or the config does not suit it
 * @example layerFromConfig(layer.className, layer.getConfig())
 */
export function layerFromConfig(className: string, config: LayerConfig): Layer {
  const make = registeredMaker(className);
  if (make) {
    const layer = make(config);
    if (layer instanceof Layer) return layer;
    throw new ValueError(`layerFromConfig: what is registered as '${className}' made no layer`);
  }
  const known = builtIn.get(className);
  if (!known) {
    throw new ValueError(
      `layerFromConfig: there is no layer class '${className}'; registerClass or registerLayer makes one of yours known`,
    );
  }
  return new known(config);
}
