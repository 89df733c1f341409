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
import { checked } from './checked.js';
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

const makers = {
  /** Where a graph begins. @example layers.inputLayer({ inputShape: [28, 28, 1] }) */
  inputLayer: (options: LayerOptions): InputLayer => new InputLayer(options),

  // dense and convolution
  /** activation(x · kernel + bias) over the last axis. @example layers.dense({ units: 10, activation: 'softmax' }) */
  dense: (options: DenseOptions): Dense => new Dense(options),
  /** 2-D convolution with bias and activation. @example layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' }) */
  conv2d: (options: Conv2DOptions): Conv2D => new Conv2D(options),
  /** The adjoint of a convolution: stretches images. @example layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 }) */
  conv2dTranspose: (options: Conv2DTransposeOptions): Conv2DTranspose => new Conv2DTranspose(options),
  /** Each channel convolved with filters of its own. @example layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }) */
  depthwiseConv2d: (options: DepthwiseConv2DOptions): DepthwiseConv2D => new DepthwiseConv2D(options),
  /** A depthwise convolution, then a 1×1 convolution. @example layers.separableConv2d({ filters: 32, kernelSize: 3 }) */
  separableConv2d: (options: SeparableConv2DOptions): SeparableConv2D => new SeparableConv2D(options),

  // pooling
  /** The mean of each window. @example layers.averagePooling2d({ poolSize: 2 }) */
  averagePooling2d,
  /** See `averagePooling2d`. @example layers.avgPool2d({ poolSize: 2 }) */
  avgPool2d: averagePooling2d,
  /** See `averagePooling2d`. @example layers.avgPooling2d({ poolSize: 2 }) */
  avgPooling2d: averagePooling2d,
  /** The largest value of each window. @example layers.maxPooling2d({ poolSize: 3, strides: 2 }) */
  maxPooling2d,
  /** See `maxPooling2d`. @example layers.maxPool2d({ poolSize: 2 }) */
  maxPool2d: maxPooling2d,
  /** The mean of each channel. @example layers.globalAveragePooling2d() */
  globalAveragePooling2d,
  /** See `globalAveragePooling2d`. @example layers.globalAvgPool2d() */
  globalAvgPool2d: globalAveragePooling2d,
  /** The largest value of each channel. @example layers.globalMaxPooling2d() */
  globalMaxPooling2d,
  /** See `globalMaxPooling2d`. @example layers.globalMaxPool2d() */
  globalMaxPool2d: globalMaxPooling2d,

  // normalisation
  /** Normalised by the batch's statistics in training, by moving ones after it. @example layers.batchNormalization() */
  batchNormalization: (options?: BatchNormalizationOptions): BatchNormalization => new BatchNormalization(options),
  /** Each example normalised over some axes. @example layers.layerNormalization({ axis: -1 }) */
  layerNormalization: (options?: LayerNormalizationOptions): LayerNormalization => new LayerNormalization(options),
  /** Each example normalised by groups of channels. @example layers.groupNormalization({ groups: 8 }) */
  groupNormalization: (options?: GroupNormalizationOptions): GroupNormalization => new GroupNormalization(options),
  /** Divided by the strength of neighbouring channels, as AlexNet does. @example layers.localResponseNormalization({ n: 5 }) */
  localResponseNormalization: (options?: LocalResponseNormalizationOptions): LocalResponseNormalization =>
    new LocalResponseNormalization(options),

  // activations
  /** An activation by its name. @example layers.activation({ activation: 'relu' }) */
  activation: (options: ActivationOptions): ActivationLayer => new ActivationLayer(options),
  /** max(x, 0), with a bound, a slope and a threshold to choose. @example layers.reLU({ maxValue: 6 }) */
  reLU: (options?: ReLUOptions): ReLU => new ReLU(options),
  /** A slope left of zero. @example layers.leakyReLU({ negativeSlope: 0.1 }) */
  leakyReLU: (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options),
  /** A slope left of zero, learnt. @example layers.prelu({ sharedAxes: [1, 2] }) */
  prelu: (options?: PReLUOptions): PReLU => new PReLU(options),
  /** alpha · (eˣ − 1) left of zero. @example layers.elu({ alpha: 1 }) */
  elu: (options?: ELUOptions): ELU => new ELU(options),
  /** x above a threshold, 0 elsewhere. @example layers.thresholdedReLU({ theta: 1 }) */
  thresholdedReLU: (options?: ThresholdedReLUOptions): ThresholdedReLU => new ThresholdedReLU(options),
  /** eˣ / Σ eˣ along an axis. @example layers.softmax() */
  softmax: (options?: SoftmaxOptions): Softmax => new Softmax(options),

  // noise in training
  /** A share of the values set to 0 in training. @example layers.dropout({ rate: 0.5 }) */
  dropout: (options: DropoutOptions): Dropout => new Dropout(options),
  /** A share of the channels set to 0 in training. @example layers.spatialDropout2d({ rate: 0.2 }) */
  spatialDropout2d: (options: SpatialDropout2DOptions): SpatialDropout2D => new SpatialDropout2D(options),
  /** Normal noise added in training. @example layers.gaussianNoise({ stddev: 0.1 }) */
  gaussianNoise: (options: GaussianNoiseOptions): GaussianNoise => new GaussianNoise(options),
  /** Multiplied by normal noise in training. @example layers.gaussianDropout({ rate: 0.2 }) */
  gaussianDropout: (options: GaussianDropoutOptions): GaussianDropout => new GaussianDropout(options),
  /** Dropout for networks of selu. @example layers.alphaDropout({ rate: 0.1 }) */
  alphaDropout: (options: AlphaDropoutOptions): AlphaDropout => new AlphaDropout(options),

  // shapes
  /** All values of each example in one axis. @example layers.flatten() */
  flatten: (options?: FlattenOptions): Flatten => new Flatten(options),
  /** Another shape for each example. @example layers.reshape({ targetShape: [7, 7, 64] }) */
  reshape: (options: ReshapeOptions): Reshape => new Reshape(options),
  /** Axes in another order, counted from 1. @example layers.permute({ dims: [2, 1] }) */
  permute: (options: PermuteOptions): Permute => new Permute(options),
  /** Zeros around images. @example layers.zeroPadding2d({ padding: 3 }) */
  zeroPadding2d: (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options),
  /** Images without their border. @example layers.cropping2D({ cropping: [[1, 1], [2, 2]] }) */
  cropping2D,
  /** See `cropping2D`. @example layers.cropping2d({ cropping: 2 }) */
  cropping2d: cropping2D,
  /** Images some times as large. @example layers.upSampling2d({ size: 2, interpolation: 'bilinear' }) */
  upSampling2d: (options?: UpSampling2DOptions): UpSampling2D => new UpSampling2D(options),

  // several inputs
  /** The sum of its inputs. @example layers.add().apply([a, b]) */
  add: (options?: LayerOptions): Add => new Add(options),
  /** The first input less the second. @example layers.subtract().apply([a, b]) */
  subtract: (options?: LayerOptions): Subtract => new Subtract(options),
  /** The product of its inputs. @example layers.multiply().apply([a, b]) */
  multiply: (options?: LayerOptions): Multiply => new Multiply(options),
  /** The mean of its inputs. @example layers.average().apply([a, b]) */
  average: (options?: LayerOptions): Average => new Average(options),
  /** The largest of its inputs, value by value. @example layers.maximum().apply([a, b]) */
  maximum: (options?: LayerOptions): Maximum => new Maximum(options),
  /** The smallest of its inputs, value by value. @example layers.minimum().apply([a, b]) */
  minimum: (options?: LayerOptions): Minimum => new Minimum(options),
  /** Its inputs joined along an axis. @example layers.concatenate().apply([a, b]) */
  concatenate: (options?: ConcatenateOptions): Concatenate => new Concatenate(options),
  /** Products of two inputs, summed along one axis of each. @example layers.dot({ axes: 1 }).apply([a, b]) */
  dot: (options: DotOptions): Dot => new Dot(options),

  // preparing images
  /** x · scale + offset. @example layers.rescaling({ scale: 1 / 255 }) */
  rescaling: (options: RescalingOptions): Rescaling => new Rescaling(options),
  /** Images at one size. @example layers.resizing({ height: 224, width: 224 }) */
  resizing: (options: ResizingOptions): Resizing => new Resizing(options),
  /** The middle of images. @example layers.centerCrop({ height: 224, width: 224 }) */
  centerCrop: (options: CenterCropOptions): CenterCrop => new CenterCrop(options),
  /** (x − mean) / √variance, given or learnt by `adapt`. @example layers.normalization() */
  normalization: (options?: NormalizationOptions): Normalization => new Normalization(options),

  // images changed at random in training
  /** Mirrored at random in training. @example layers.randomFlip({ mode: 'horizontal' }) */
  randomFlip: (options?: RandomFlipOptions): RandomFlip => new RandomFlip(options),
  /** Turned at random in training. @example layers.randomRotation({ factor: 0.1 }) */
  randomRotation: (options: RandomRotationOptions): RandomRotation => new RandomRotation(options),
  /** Shifted at random in training. @example layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }) */
  randomTranslation: (options: RandomTranslationOptions): RandomTranslation => new RandomTranslation(options),
  /** Zoomed at random in training. @example layers.randomZoom({ heightFactor: 0.2 }) */
  randomZoom: (options: RandomZoomOptions): RandomZoom => new RandomZoom(options),
  /** Cut at a random place in training, in the middle after it. @example layers.randomCrop({ height: 28, width: 28 }) */
  randomCrop: (options: RandomCropOptions): RandomCrop => new RandomCrop(options),
  /** Brought to a random width in training. @example layers.randomWidth({ factor: 0.2 }) */
  randomWidth: (options: RandomWidthOptions): RandomWidth => new RandomWidth(options),
  /** Contrast changed at random in training. @example layers.randomContrast({ factor: 0.2 }) */
  randomContrast: (options: RandomColorOptions): RandomContrast => new RandomContrast(options),
  /** Brightness changed at random in training. @example layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] }) */
  randomBrightness: (options: RandomColorOptions): RandomBrightness => new RandomBrightness(options),
} as const;

/** `layers.conv2d({ filters: 6, kernelSize: 5 })` and the others, by tfjs's names and options; Keras's in camelCase where tfjs has none. */
export const layers = { Layer, ...checked(makers, { leakyReLU: ['alpha'] }) } as const;

export { layerFromConfig, registerLayer } from './catalog.js';
