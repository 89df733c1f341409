import { ActivationLayer, type ActivationOptions } from './activation.js';
import { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.js';
import { Concatenate, type ConcatenateOptions } from './concatenate.js';
import { Conv2D, type Conv2DOptions } from './conv2d.js';
import { Dense, type DenseOptions } from './dense.js';
import { Dropout, type DropoutOptions, SpatialDropout2D, type SpatialDropout2DOptions } from './dropout.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D, type GlobalPooling2DOptions } from './global-pooling2d.js';
import { InputLayer } from './input-layer.js';
import { Layer, type LayerOptions } from './layer.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merge.js';
import { AveragePooling2D, MaxPooling2D, type Pooling2DOptions } from './pooling2d.js';
import {
  Flatten,
  type FlattenOptions,
  Permute,
  type PermuteOptions,
  Reshape,
  type ReshapeOptions,
} from './reshaping.js';
import { ZeroPadding2D, type ZeroPadding2DOptions } from './zero-padding2d.js';

const averagePooling2d = (options?: Pooling2DOptions): AveragePooling2D => new AveragePooling2D(options);
const maxPooling2d = (options?: Pooling2DOptions): MaxPooling2D => new MaxPooling2D(options);
const globalMaxPooling2d = (options?: GlobalPooling2DOptions): GlobalMaxPooling2D => new GlobalMaxPooling2D(options);

/** `layers.conv2d({ filters: 6, kernelSize: 5 })` and the others, by tfjs's names and options. */
export const layers = {
  Layer,
  inputLayer: (options: LayerOptions): InputLayer => new InputLayer(options),

  dense: (options: DenseOptions): Dense => new Dense(options),
  conv2d: (options: Conv2DOptions): Conv2D => new Conv2D(options),

  averagePooling2d,
  avgPool2d: averagePooling2d,
  avgPooling2d: averagePooling2d,
  maxPooling2d,
  maxPool2d: maxPooling2d,
  globalAveragePooling2d: (options?: GlobalPooling2DOptions): GlobalAveragePooling2D =>
    new GlobalAveragePooling2D(options),
  globalMaxPooling2d,
  globalMaxPool2d: globalMaxPooling2d,

  batchNormalization: (options?: BatchNormalizationOptions): BatchNormalization => new BatchNormalization(options),
  activation: (options: ActivationOptions): ActivationLayer => new ActivationLayer(options),
  dropout: (options: DropoutOptions): Dropout => new Dropout(options),
  spatialDropout2d: (options: SpatialDropout2DOptions): SpatialDropout2D => new SpatialDropout2D(options),

  flatten: (options?: FlattenOptions): Flatten => new Flatten(options),
  reshape: (options: ReshapeOptions): Reshape => new Reshape(options),
  permute: (options: PermuteOptions): Permute => new Permute(options),
  zeroPadding2d: (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options),

  add: (options?: LayerOptions): Add => new Add(options),
  subtract: (options?: LayerOptions): Subtract => new Subtract(options),
  multiply: (options?: LayerOptions): Multiply => new Multiply(options),
  average: (options?: LayerOptions): Average => new Average(options),
  maximum: (options?: LayerOptions): Maximum => new Maximum(options),
  minimum: (options?: LayerOptions): Minimum => new Minimum(options),
  concatenate: (options?: ConcatenateOptions): Concatenate => new Concatenate(options),
} as const;
