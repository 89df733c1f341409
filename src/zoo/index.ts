import type { Model } from '../io/models.js';
import { alexnet, alexnet8 } from './alexnet.js';
import { cifar10Vgg16 } from './cifar10-vgg16.js';
import { customResnet50 } from './custom-resnet50.js';
import { densenet121, densenet169, densenet201 } from './densenet.js';
import {
  efficientnetB0,
  efficientnetB1,
  efficientnetB2,
  efficientnetB3,
  efficientnetB4,
  efficientnetB5,
  efficientnetB6,
  efficientnetB7,
} from './efficientnet.js';
import { googlenet, googlenetValid } from './googlenet.js';
import { inceptionV3 } from './inception-v3.js';
import { lenet5 } from './lenet5.js';
import { mobilenet } from './mobilenet.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { mobilenetV3Large, mobilenetV3Small } from './mobilenet-v3.js';
import type { ApplicationOptions } from './options.js';
import { resnet101, resnet152 } from './resnet.js';
import { resnet50V2, resnet101V2, resnet152V2 } from './resnet-v2.js';
import { resnet50 } from './resnet50.js';
import { resnet50Scratch } from './resnet50-scratch.js';
import { resnet50Signs } from './resnet50-signs.js';
import { vgg16, vgg16WithoutLastPool, vgg19 } from './vgg.js';
import { xception } from './xception.js';

export type { EfficientNetOptions } from './efficientnet.js';
export type { GoogLeNetOptions } from './googlenet.js';
export type { MobileNetOptions } from './mobilenet.js';
export type { MobileNetV2Options } from './mobilenet-v2.js';
export type { MobileNetV3Options } from './mobilenet-v3.js';
export type { ApplicationOptions, ZooOptions } from './options.js';
export type { ResNet50Options } from './resnet50.js';
export {
  alexnet,
  alexnet8,
  cifar10Vgg16,
  customResnet50,
  densenet121,
  densenet169,
  densenet201,
  efficientnetB0,
  efficientnetB1,
  efficientnetB2,
  efficientnetB3,
  efficientnetB4,
  efficientnetB5,
  efficientnetB6,
  efficientnetB7,
  googlenet,
  googlenetValid,
  inceptionV3,
  lenet5,
  mobilenet,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  resnet50,
  resnet50Scratch,
  resnet50Signs,
  resnet50V2,
  resnet101,
  resnet101V2,
  resnet152,
  resnet152V2,
  vgg16,
  vgg16WithoutLastPool,
  vgg19,
  xception,
};

/** CIFAR-100 images resized to 48×48. */
const AT_48 = { inputShape: [48, 48, 3], classes: 100 } as const;

/**
 * Models by their names on the command line, each in the size in which it was published or trained.
 * @example zoo.vgg16_48().summary();
 */
export const zoo: Readonly<Record<string, (options?: ApplicationOptions) => Model>> = {
  lenet5,
  alexnet,
  alexnet8,
  vgg16,
  vgg19,
  vgg16_48: (options) => vgg16({ ...AT_48, ...options }),
  vgg19_48: (options) => vgg19({ ...AT_48, ...options }),
  vgg16_without_last_pool: vgg16WithoutLastPool,
  cifar10_vgg16: cifar10Vgg16,
  googlenet,
  googlenet_valid: googlenetValid,
  inception_v3: inceptionV3,
  xception,
  mobilenet,
  mobilenet_v2: mobilenetV2,
  mobilenet_v3_large: mobilenetV3Large,
  mobilenet_v3_small: mobilenetV3Small,
  densenet121,
  densenet169,
  densenet201,
  efficientnet_b0: efficientnetB0,
  efficientnet_b1: efficientnetB1,
  efficientnet_b2: efficientnetB2,
  efficientnet_b3: efficientnetB3,
  efficientnet_b4: efficientnetB4,
  efficientnet_b5: efficientnetB5,
  efficientnet_b6: efficientnetB6,
  efficientnet_b7: efficientnetB7,
  resnet101,
  resnet152,
  resnet50_v2: resnet50V2,
  resnet101_v2: resnet101V2,
  resnet152_v2: resnet152V2,
  resnet50_keras: resnet50,
  resnet50_signs: resnet50Signs,
  resnet50_scratch: resnet50Scratch,
  custom_resnet50_cifar100: customResnet50,
};
