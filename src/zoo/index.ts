import type { Model } from '../io/models.js';
import { alexnet, alexnet8 } from './alexnet.js';
import { cifar10Vgg16 } from './cifar10-vgg16.js';
import { customResnet50 } from './custom-resnet50.js';
import { googlenet, googlenetValid } from './googlenet.js';
import { inceptionV3 } from './inception-v3.js';
import { lenet5 } from './lenet5.js';
import type { ApplicationOptions } from './options.js';
import { resnet50 } from './resnet50.js';
import { resnet50Scratch } from './resnet50-scratch.js';
import { resnet50Signs } from './resnet50-signs.js';
import { vgg16, vgg16WithoutLastPool, vgg19 } from './vgg.js';

export type { GoogLeNetOptions } from './googlenet.js';
export type { ApplicationOptions, ZooOptions } from './options.js';
export type { ResNet50Options } from './resnet50.js';
export {
  alexnet,
  alexnet8,
  cifar10Vgg16,
  customResnet50,
  googlenet,
  googlenetValid,
  inceptionV3,
  lenet5,
  resnet50,
  resnet50Scratch,
  resnet50Signs,
  vgg16,
  vgg16WithoutLastPool,
  vgg19,
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
  resnet50_keras: resnet50,
  resnet50_signs: resnet50Signs,
  resnet50_scratch: resnet50Scratch,
  custom_resnet50_cifar100: customResnet50,
};
