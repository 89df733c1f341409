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
} from './activation/advanced-activations.js';
import { PReLU, type PReLUOptions } from './activation/prelu.js';
import {
  RandomRotation,
  type RandomRotationOptions,
  RandomTranslation,
  type RandomTranslationOptions,
  RandomZoom,
  type RandomZoomOptions,
} from './augmentation/random-affine.js';
import { RandomBrightness, type RandomColorOptions, RandomContrast } from './augmentation/random-color.js';
import { RandomFlip, type RandomFlipOptions } from './augmentation/random-flip.js';
import {
  RandomCrop,
  type RandomCropOptions,
  RandomWidth,
  type RandomWidthOptions,
} from './augmentation/random-size.js';
import type { LayerOptions } from './base/layer.js';
import { made } from './base/made.js';
import { Conv2D, type Conv2DOptions } from './convolution/conv2d.js';
import { Conv2DTranspose, type Conv2DTransposeOptions } from './convolution/conv2d-transpose.js';
import { DepthwiseConv2D, type DepthwiseConv2DOptions } from './convolution/depthwise-conv2d.js';
import { SeparableConv2D, type SeparableConv2DOptions } from './convolution/separable-conv2d.js';
import { ActivationLayer, type ActivationOptions } from './core/activation.js';
import { Dense, type DenseOptions } from './core/dense.js';
import { InputLayer } from './core/input-layer.js';
import { Concatenate, type ConcatenateOptions } from './merging/concatenate.js';
import { Dot, type DotOptions } from './merging/dot.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merging/merge.js';
import { BatchNormalization, type BatchNormalizationOptions } from './normalization/batch-normalization.js';
import { GroupNormalization, type GroupNormalizationOptions } from './normalization/group-normalization.js';
import { LayerNormalization, type LayerNormalizationOptions } from './normalization/layer-normalization.js';
import {
  LocalResponseNormalization,
  type LocalResponseNormalizationOptions,
} from './normalization/local-response-normalization.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D, type GlobalPooling2DOptions } from './pooling/global-pooling2d.js';
import { AveragePooling2D, MaxPooling2D, type Pooling2DOptions } from './pooling/pooling2d.js';
import { Normalization, type NormalizationOptions } from './preprocessing/normalization.js';
import { Rescaling, type RescalingOptions } from './preprocessing/rescaling.js';
import {
  CenterCrop,
  type CenterCropOptions,
  Resizing,
  type ResizingOptions,
  UpSampling2D,
  type UpSampling2DOptions,
} from './preprocessing/resizing.js';
import {
  Dropout,
  type DropoutOptions,
  SpatialDropout2D,
  type SpatialDropout2DOptions,
} from './regularization/dropout.js';
import {
  AlphaDropout,
  type AlphaDropoutOptions,
  GaussianDropout,
  type GaussianDropoutOptions,
  GaussianNoise,
  type GaussianNoiseOptions,
} from './regularization/noise.js';
import { Cropping2D, type Cropping2DOptions } from './reshaping/cropping2d.js';
import {
  Flatten,
  type FlattenOptions,
  Permute,
  type PermuteOptions,
  Reshape,
  type ReshapeOptions,
} from './reshaping/reshaping.js';
import { ZeroPadding2D, type ZeroPadding2DOptions } from './reshaping/zero-padding2d.js';

/*
 * The namespace `layers`, by tfjs's names and options; Keras's in camelCase where tfjs has none. Its members are exports, so that
 * bundlers leave out those that a page does not call.
 */

export { Layer } from './base/layer.js';

/** Where a graph begins. @example layers.inputLayer({ inputShape: [28, 28, 1] }) */
export const inputLayer = (options: LayerOptions): InputLayer => made('inputLayer', InputLayer, options);

// dense and convolution
/** activation(x · kernel + bias) over the last axis. @example layers.dense({ units: 10, activation: 'softmax' }) */
export const dense = (options: DenseOptions): Dense => made('dense', Dense, options);
/** 2-D convolution with bias and activation. @example layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' }) */
export const conv2d = (options: Conv2DOptions): Conv2D => made('conv2d', Conv2D, options);
/** The adjoint of a convolution: stretches images. @example layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 }) */
export const conv2dTranspose = (options: Conv2DTransposeOptions): Conv2DTranspose =>
  made('conv2dTranspose', Conv2DTranspose, options);
/** Each channel convolved with filters of its own. @example layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }) */
export const depthwiseConv2d = (options: DepthwiseConv2DOptions): DepthwiseConv2D =>
  made('depthwiseConv2d', DepthwiseConv2D, options);
/** A depthwise convolution, then a 1×1 convolution. @example layers.separableConv2d({ filters: 32, kernelSize: 3 }) */
export const separableConv2d = (options: SeparableConv2DOptions): SeparableConv2D =>
  made('separableConv2d', SeparableConv2D, options);

// pooling
/** The mean of each window. @example layers.averagePooling2d({ poolSize: 2 }) */
export const averagePooling2d = (options?: Pooling2DOptions): AveragePooling2D =>
  made('averagePooling2d', AveragePooling2D, options);
/** See `averagePooling2d`. @example layers.avgPool2d({ poolSize: 2 }) */
export const avgPool2d = averagePooling2d;
/** See `averagePooling2d`. @example layers.avgPooling2d({ poolSize: 2 }) */
export const avgPooling2d = averagePooling2d;
/** The largest value of each window. @example layers.maxPooling2d({ poolSize: 3, strides: 2 }) */
export const maxPooling2d = (options?: Pooling2DOptions): MaxPooling2D => made('maxPooling2d', MaxPooling2D, options);
/** See `maxPooling2d`. @example layers.maxPool2d({ poolSize: 2 }) */
export const maxPool2d = maxPooling2d;
/** The mean of each channel. @example layers.globalAveragePooling2d() */
export const globalAveragePooling2d = (options?: GlobalPooling2DOptions): GlobalAveragePooling2D =>
  made('globalAveragePooling2d', GlobalAveragePooling2D, options);
/** See `globalAveragePooling2d`. @example layers.globalAvgPool2d() */
export const globalAvgPool2d = globalAveragePooling2d;
/** The largest value of each channel. @example layers.globalMaxPooling2d() */
export const globalMaxPooling2d = (options?: GlobalPooling2DOptions): GlobalMaxPooling2D =>
  made('globalMaxPooling2d', GlobalMaxPooling2D, options);
/** See `globalMaxPooling2d`. @example layers.globalMaxPool2d() */
export const globalMaxPool2d = globalMaxPooling2d;

// normalisation
/** Normalised by the batch's statistics in training, by moving ones after it. @example layers.batchNormalization() */
export const batchNormalization = (options?: BatchNormalizationOptions): BatchNormalization =>
  made('batchNormalization', BatchNormalization, options);
/** Each example normalised over some axes. @example layers.layerNormalization({ axis: -1 }) */
export const layerNormalization = (options?: LayerNormalizationOptions): LayerNormalization =>
  made('layerNormalization', LayerNormalization, options);
/** Each example normalised by groups of channels. @example layers.groupNormalization({ groups: 8 }) */
export const groupNormalization = (options?: GroupNormalizationOptions): GroupNormalization =>
  made('groupNormalization', GroupNormalization, options);
/** Divided by the strength of neighbouring channels, as AlexNet does. @example layers.localResponseNormalization({ n: 5 }) */
export const localResponseNormalization = (options?: LocalResponseNormalizationOptions): LocalResponseNormalization =>
  made('localResponseNormalization', LocalResponseNormalization, options);

// activations
/** An activation by its name. @example layers.activation({ activation: 'relu' }) */
export const activation = (options: ActivationOptions): ActivationLayer => made('activation', ActivationLayer, options);
/** max(x, 0), with a bound, a slope and a threshold to choose. @example layers.reLU({ maxValue: 6 }) */
export const reLU = (options?: ReLUOptions): ReLU => made('reLU', ReLU, options);
/** A slope left of zero. @example layers.leakyReLU({ negativeSlope: 0.1 }) */
export const leakyReLU = (options?: LeakyReLUOptions): LeakyReLU => made('leakyReLU', LeakyReLU, options, ['alpha']);
/** A slope left of zero, learnt. @example layers.prelu({ sharedAxes: [1, 2] }) */
export const prelu = (options?: PReLUOptions): PReLU => made('prelu', PReLU, options);
/** alpha · (eˣ − 1) left of zero. @example layers.elu({ alpha: 1 }) */
export const elu = (options?: ELUOptions): ELU => made('elu', ELU, options);
/** x above a threshold, 0 elsewhere. @example layers.thresholdedReLU({ theta: 1 }) */
export const thresholdedReLU = (options?: ThresholdedReLUOptions): ThresholdedReLU =>
  made('thresholdedReLU', ThresholdedReLU, options);
/** eˣ / Σ eˣ along an axis. @example layers.softmax() */
export const softmax = (options?: SoftmaxOptions): Softmax => made('softmax', Softmax, options);

// noise in training
/** A share of the values set to 0 in training. @example layers.dropout({ rate: 0.5 }) */
export const dropout = (options: DropoutOptions): Dropout => made('dropout', Dropout, options);
/** A share of the channels set to 0 in training. @example layers.spatialDropout2d({ rate: 0.2 }) */
export const spatialDropout2d = (options: SpatialDropout2DOptions): SpatialDropout2D =>
  made('spatialDropout2d', SpatialDropout2D, options);
/** Normal noise added in training. @example layers.gaussianNoise({ stddev: 0.1 }) */
export const gaussianNoise = (options: GaussianNoiseOptions): GaussianNoise =>
  made('gaussianNoise', GaussianNoise, options);
/** Multiplied by normal noise in training. @example layers.gaussianDropout({ rate: 0.2 }) */
export const gaussianDropout = (options: GaussianDropoutOptions): GaussianDropout =>
  made('gaussianDropout', GaussianDropout, options);
/** Dropout for networks of selu. @example layers.alphaDropout({ rate: 0.1 }) */
export const alphaDropout = (options: AlphaDropoutOptions): AlphaDropout => made('alphaDropout', AlphaDropout, options);

// shapes
/** All values of each example in one axis. @example layers.flatten() */
export const flatten = (options?: FlattenOptions): Flatten => made('flatten', Flatten, options);
/** Another shape for each example. @example layers.reshape({ targetShape: [7, 7, 64] }) */
export const reshape = (options: ReshapeOptions): Reshape => made('reshape', Reshape, options);
/** Axes in another order, counted from 1. @example layers.permute({ dims: [2, 1] }) */
export const permute = (options: PermuteOptions): Permute => made('permute', Permute, options);
/** Zeros around images. @example layers.zeroPadding2d({ padding: 3 }) */
export const zeroPadding2d = (options?: ZeroPadding2DOptions): ZeroPadding2D =>
  made('zeroPadding2d', ZeroPadding2D, options);
/** Images without their border. @example layers.cropping2D({ cropping: [[1, 1], [2, 2]] }) */
export const cropping2D = (options?: Cropping2DOptions): Cropping2D => made('cropping2D', Cropping2D, options);
/** See `cropping2D`. @example layers.cropping2d({ cropping: 2 }) */
export const cropping2d = cropping2D;
/** Images some times as large. @example layers.upSampling2d({ size: 2, interpolation: 'bilinear' }) */
export const upSampling2d = (options?: UpSampling2DOptions): UpSampling2D =>
  made('upSampling2d', UpSampling2D, options);

// several inputs
/** The sum of its inputs. @example layers.add().apply([a, b]) */
export const add = (options?: LayerOptions): Add => made('add', Add, options);
/** The first input less the second. @example layers.subtract().apply([a, b]) */
export const subtract = (options?: LayerOptions): Subtract => made('subtract', Subtract, options);
/** The product of its inputs. @example layers.multiply().apply([a, b]) */
export const multiply = (options?: LayerOptions): Multiply => made('multiply', Multiply, options);
/** The mean of its inputs. @example layers.average().apply([a, b]) */
export const average = (options?: LayerOptions): Average => made('average', Average, options);
/** The largest of its inputs, value by value. @example layers.maximum().apply([a, b]) */
export const maximum = (options?: LayerOptions): Maximum => made('maximum', Maximum, options);
/** The smallest of its inputs, value by value. @example layers.minimum().apply([a, b]) */
export const minimum = (options?: LayerOptions): Minimum => made('minimum', Minimum, options);
/** Its inputs joined along an axis. @example layers.concatenate().apply([a, b]) */
export const concatenate = (options?: ConcatenateOptions): Concatenate => made('concatenate', Concatenate, options);
/** Products of two inputs, summed along one axis of each. @example layers.dot({ axes: 1 }).apply([a, b]) */
export const dot = (options: DotOptions): Dot => made('dot', Dot, options);

// preparing images
/** x · scale + offset. @example layers.rescaling({ scale: 1 / 255 }) */
export const rescaling = (options: RescalingOptions): Rescaling => made('rescaling', Rescaling, options);
/** Images at one size. @example layers.resizing({ height: 224, width: 224 }) */
export const resizing = (options: ResizingOptions): Resizing => made('resizing', Resizing, options);
/** The middle of images. @example layers.centerCrop({ height: 224, width: 224 }) */
export const centerCrop = (options: CenterCropOptions): CenterCrop => made('centerCrop', CenterCrop, options);
/** (x − mean) / √variance, given or learnt by `adapt`. @example layers.normalization() */
export const normalization = (options?: NormalizationOptions): Normalization =>
  made('normalization', Normalization, options);

// images changed at random in training
/** Mirrored at random in training. @example layers.randomFlip({ mode: 'horizontal' }) */
export const randomFlip = (options?: RandomFlipOptions): RandomFlip => made('randomFlip', RandomFlip, options);
/** Turned at random in training. @example layers.randomRotation({ factor: 0.1 }) */
export const randomRotation = (options: RandomRotationOptions): RandomRotation =>
  made('randomRotation', RandomRotation, options);
/** Shifted at random in training. @example layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }) */
export const randomTranslation = (options: RandomTranslationOptions): RandomTranslation =>
  made('randomTranslation', RandomTranslation, options);
/** Zoomed at random in training. @example layers.randomZoom({ heightFactor: 0.2 }) */
export const randomZoom = (options: RandomZoomOptions): RandomZoom => made('randomZoom', RandomZoom, options);
/** Cut at a random place in training, in the middle after it. @example layers.randomCrop({ height: 28, width: 28 }) */
export const randomCrop = (options: RandomCropOptions): RandomCrop => made('randomCrop', RandomCrop, options);
/** Brought to a random width in training. @example layers.randomWidth({ factor: 0.2 }) */
export const randomWidth = (options: RandomWidthOptions): RandomWidth => made('randomWidth', RandomWidth, options);
/** Contrast changed at random in training. @example layers.randomContrast({ factor: 0.2 }) */
export const randomContrast = (options: RandomColorOptions): RandomContrast =>
  made('randomContrast', RandomContrast, options);
/** Brightness changed at random in training. @example layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] }) */
export const randomBrightness = (options: RandomColorOptions): RandomBrightness =>
  made('randomBrightness', RandomBrightness, options);
