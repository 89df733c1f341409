import { ActivationLayer, type ActivationOptions } from './activation.js';
import {
  ELU,
  type ELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  ReLU,
  type ReLUOptions,
  Softmax,
  type SoftmaxOptions,
  ThresholdedReLU,
  type ThresholdedReLUOptions,
} from './advanced-activations.js';
import { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.js';
import { Concatenate, type ConcatenateOptions } from './concatenate.js';
import { Conv2D, type Conv2DOptions } from './conv2d.js';
import { Conv2DTranspose, type Conv2DTransposeOptions } from './conv2d-transpose.js';
import { Cropping2D, type Cropping2DOptions } from './cropping2d.js';
import { Dense, type DenseOptions } from './dense.js';
import { DepthwiseConv2D, type DepthwiseConv2DOptions } from './depthwise-conv2d.js';
import { Dot, type DotOptions } from './dot.js';
import { Dropout, type DropoutOptions, SpatialDropout2D, type SpatialDropout2DOptions } from './dropout.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D, type GlobalPooling2DOptions } from './global-pooling2d.js';
import { GroupNormalization, type GroupNormalizationOptions } from './group-normalization.js';
import { InputLayer } from './input-layer.js';
import { Layer, type LayerOptions } from './layer.js';
import { LayerNormalization, type LayerNormalizationOptions } from './layer-normalization.js';
import { LocalResponseNormalization, type LocalResponseNormalizationOptions } from './local-response-normalization.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merge.js';
import {
  AlphaDropout,
  type AlphaDropoutOptions,
  GaussianDropout,
  type GaussianDropoutOptions,
  GaussianNoise,
  type GaussianNoiseOptions,
} from './noise.js';
import { Normalization, type NormalizationOptions } from './normalization.js';
import { AveragePooling2D, MaxPooling2D, type Pooling2DOptions } from './pooling2d.js';
import { PReLU, type PReLUOptions } from './prelu.js';
import {
  RandomRotation,
  type RandomRotationOptions,
  RandomTranslation,
  type RandomTranslationOptions,
  RandomZoom,
  type RandomZoomOptions,
} from './random-affine.js';
import { RandomBrightness, type RandomColorOptions, RandomContrast } from './random-color.js';
import { RandomFlip, type RandomFlipOptions } from './random-flip.js';
import { RandomCrop, type RandomCropOptions, RandomWidth, type RandomWidthOptions } from './random-size.js';
import { Rescaling, type RescalingOptions } from './rescaling.js';
import {
  Flatten,
  type FlattenOptions,
  Permute,
  type PermuteOptions,
  Reshape,
  type ReshapeOptions,
} from './reshaping.js';
import {
  CenterCrop,
  type CenterCropOptions,
  Resizing,
  type ResizingOptions,
  UpSampling2D,
  type UpSampling2DOptions,
} from './resizing.js';
import { SeparableConv2D, type SeparableConv2DOptions } from './separable-conv2d.js';
import { ZeroPadding2D, type ZeroPadding2DOptions } from './zero-padding2d.js';

const averagePooling2d = (options?: Pooling2DOptions): AveragePooling2D => new AveragePooling2D(options);
const maxPooling2d = (options?: Pooling2DOptions): MaxPooling2D => new MaxPooling2D(options);
const globalAveragePooling2d = (options?: GlobalPooling2DOptions): GlobalAveragePooling2D =>
  new GlobalAveragePooling2D(options);
const globalMaxPooling2d = (options?: GlobalPooling2DOptions): GlobalMaxPooling2D => new GlobalMaxPooling2D(options);
const cropping2D = (options?: Cropping2DOptions): Cropping2D => new Cropping2D(options);

/** `layers.conv2d({ filters: 6, kernelSize: 5 })` and the others, by tfjs's names and options; Keras's in camelCase where tfjs has none. */
export const layers = {
  Layer,
  inputLayer: (options: LayerOptions): InputLayer => new InputLayer(options),

  // dense and convolution
  dense: (options: DenseOptions): Dense => new Dense(options),
  conv2d: (options: Conv2DOptions): Conv2D => new Conv2D(options),
  conv2dTranspose: (options: Conv2DTransposeOptions): Conv2DTranspose => new Conv2DTranspose(options),
  depthwiseConv2d: (options: DepthwiseConv2DOptions): DepthwiseConv2D => new DepthwiseConv2D(options),
  separableConv2d: (options: SeparableConv2DOptions): SeparableConv2D => new SeparableConv2D(options),

  // pooling
  averagePooling2d,
  avgPool2d: averagePooling2d,
  avgPooling2d: averagePooling2d,
  maxPooling2d,
  maxPool2d: maxPooling2d,
  globalAveragePooling2d,
  globalAvgPool2d: globalAveragePooling2d,
  globalMaxPooling2d,
  globalMaxPool2d: globalMaxPooling2d,

  // normalisation
  batchNormalization: (options?: BatchNormalizationOptions): BatchNormalization => new BatchNormalization(options),
  layerNormalization: (options?: LayerNormalizationOptions): LayerNormalization => new LayerNormalization(options),
  groupNormalization: (options?: GroupNormalizationOptions): GroupNormalization => new GroupNormalization(options),
  localResponseNormalization: (options?: LocalResponseNormalizationOptions): LocalResponseNormalization =>
    new LocalResponseNormalization(options),

  // activations
  activation: (options: ActivationOptions): ActivationLayer => new ActivationLayer(options),
  reLU: (options?: ReLUOptions): ReLU => new ReLU(options),
  leakyReLU: (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options),
  prelu: (options?: PReLUOptions): PReLU => new PReLU(options),
  elu: (options?: ELUOptions): ELU => new ELU(options),
  thresholdedReLU: (options?: ThresholdedReLUOptions): ThresholdedReLU => new ThresholdedReLU(options),
  softmax: (options?: SoftmaxOptions): Softmax => new Softmax(options),

  // noise in training
  dropout: (options: DropoutOptions): Dropout => new Dropout(options),
  spatialDropout2d: (options: SpatialDropout2DOptions): SpatialDropout2D => new SpatialDropout2D(options),
  gaussianNoise: (options: GaussianNoiseOptions): GaussianNoise => new GaussianNoise(options),
  gaussianDropout: (options: GaussianDropoutOptions): GaussianDropout => new GaussianDropout(options),
  alphaDropout: (options: AlphaDropoutOptions): AlphaDropout => new AlphaDropout(options),

  // shapes
  flatten: (options?: FlattenOptions): Flatten => new Flatten(options),
  reshape: (options: ReshapeOptions): Reshape => new Reshape(options),
  permute: (options: PermuteOptions): Permute => new Permute(options),
  zeroPadding2d: (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options),
  cropping2D,
  cropping2d: cropping2D,
  upSampling2d: (options?: UpSampling2DOptions): UpSampling2D => new UpSampling2D(options),

  // several inputs
  add: (options?: LayerOptions): Add => new Add(options),
  subtract: (options?: LayerOptions): Subtract => new Subtract(options),
  multiply: (options?: LayerOptions): Multiply => new Multiply(options),
  average: (options?: LayerOptions): Average => new Average(options),
  maximum: (options?: LayerOptions): Maximum => new Maximum(options),
  minimum: (options?: LayerOptions): Minimum => new Minimum(options),
  concatenate: (options?: ConcatenateOptions): Concatenate => new Concatenate(options),
  dot: (options: DotOptions): Dot => new Dot(options),

  // preparing images
  rescaling: (options: RescalingOptions): Rescaling => new Rescaling(options),
  resizing: (options: ResizingOptions): Resizing => new Resizing(options),
  centerCrop: (options: CenterCropOptions): CenterCrop => new CenterCrop(options),
  normalization: (options?: NormalizationOptions): Normalization => new Normalization(options),

  // images changed at random in training
  randomFlip: (options?: RandomFlipOptions): RandomFlip => new RandomFlip(options),
  randomRotation: (options: RandomRotationOptions): RandomRotation => new RandomRotation(options),
  randomTranslation: (options: RandomTranslationOptions): RandomTranslation => new RandomTranslation(options),
  randomZoom: (options: RandomZoomOptions): RandomZoom => new RandomZoom(options),
  randomCrop: (options: RandomCropOptions): RandomCrop => new RandomCrop(options),
  randomWidth: (options: RandomWidthOptions): RandomWidth => new RandomWidth(options),
  randomContrast: (options: RandomColorOptions): RandomContrast => new RandomContrast(options),
  randomBrightness: (options: RandomColorOptions): RandomBrightness => new RandomBrightness(options),
} as const;

export { layerFromConfig, registerLayer } from './catalog.js';
