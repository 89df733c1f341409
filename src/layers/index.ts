import { ELU, LeakyReLU, ReLU, Softmax, ThresholdedReLU } from './activation/advanced-activations.js';
import { PReLU } from './activation/prelu.js';
import { RandomRotation, RandomTranslation, RandomZoom } from './augmentation/random-affine.js';
import { RandomBrightness, RandomContrast } from './augmentation/random-color.js';
import { RandomFlip } from './augmentation/random-flip.js';
import { RandomCrop, RandomWidth } from './augmentation/random-size.js';
import { factory } from './base/factory.js';
import { Conv2D } from './convolution/conv2d.js';
import { Conv2DTranspose } from './convolution/conv2d-transpose.js';
import { DepthwiseConv2D } from './convolution/depthwise-conv2d.js';
import { SeparableConv2D } from './convolution/separable-conv2d.js';
import { ActivationLayer } from './core/activation.js';
import { Dense } from './core/dense.js';
import { InputLayer } from './core/input-layer.js';
import { Lambda } from './core/lambda.js';
import { OpLayer } from './core/op-layer.js';
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
import { Bidirectional } from './recurrent/bidirectional.js';
import { GRU } from './recurrent/gru.js';
import { GRUCell } from './recurrent/gru-cell.js';
import { LSTM } from './recurrent/lstm.js';
import { LSTMCell } from './recurrent/lstm-cell.js';
import { RNN } from './recurrent/rnn.js';
import { SimpleRNN } from './recurrent/simple-rnn.js';
import { SimpleRNNCell } from './recurrent/simple-rnn-cell.js';
import { StackedRNNCells } from './recurrent/stacked-rnn-cells.js';
import { Dropout, SpatialDropout2D } from './regularization/dropout.js';
import { AlphaDropout, GaussianDropout, GaussianNoise } from './regularization/noise.js';
import { Cropping2D } from './reshaping/cropping2d.js';
import { Flatten, Permute, Reshape } from './reshaping/reshaping.js';
import { ZeroPadding2D } from './reshaping/zero-padding2d.js';
import { Embedding } from './sequence/embedding.js';
import { Masking } from './sequence/masking.js';
import { RepeatVector } from './sequence/repeat-vector.js';
import { TimeDistributed } from './sequence/time-distributed.js';

/*
 * The namespace `layers`, by tfjs's names and options; Keras's in camelCase where tfjs has none. Its members are
 * exports, so that bundlers leave out those that a page does not call.
 */

export { Layer } from './base/layer.js';

/** Where a graph begins. @example layers.inputLayer({ inputShape: [28, 28, 1] }) */
export const inputLayer = /* @__PURE__ */ factory(InputLayer);
export { input } from './core/input-layer.js';

// dense and convolution
/** activation(x · kernel + bias) over the last axis. @example layers.dense({ units: 10, activation: 'softmax' }) */
export const dense = /* @__PURE__ */ factory(Dense);
/**
 * 2-D convolution with bias and activation.
 * @example layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' })
 */
export const conv2d = /* @__PURE__ */ factory(Conv2D);
/**
 * The adjoint of a convolution: stretches images by the strides.
 * @example layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 })
 */
export const conv2dTranspose = /* @__PURE__ */ factory(Conv2DTranspose);
/** Convolves each channel with its own filters. @example layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }) */
export const depthwiseConv2d = /* @__PURE__ */ factory(DepthwiseConv2D);
/** A depthwise convolution, then a 1×1 convolution. @example layers.separableConv2d({ filters: 32, kernelSize: 3 }) */
export const separableConv2d = /* @__PURE__ */ factory(SeparableConv2D);

// functions
/**
 * An op as a layer: what `x.div(255)` makes of a symbolic tensor.
 * @example layers.operation({ operation: 'Divide', operands: [null, 255] })
 */
export const operation = /* @__PURE__ */ factory(OpLayer);
/**
 * A function of tensors as a layer; files hold its name, see `serialization.registerFunction`.
 * @example layers.lambda({ function: (x) => x.mul(2) })
 */
export const lambda = /* @__PURE__ */ factory(Lambda);

// pooling
/** The mean of each window. @example layers.averagePooling2d({ poolSize: 2 }) */
export const averagePooling2d = /* @__PURE__ */ factory(AveragePooling2D);
/** See `averagePooling2d`. @example layers.avgPool2d({ poolSize: 2 }) */
export const avgPool2d = averagePooling2d;
/** See `averagePooling2d`. @example layers.avgPooling2d({ poolSize: 2 }) */
export const avgPooling2d = averagePooling2d;
/** The largest value of each window. @example layers.maxPooling2d({ poolSize: 3, strides: 2 }) */
export const maxPooling2d = /* @__PURE__ */ factory(MaxPooling2D);
/** See `maxPooling2d`. @example layers.maxPool2d({ poolSize: 2 }) */
export const maxPool2d = maxPooling2d;
/** The mean of each channel. @example layers.globalAveragePooling2d() */
export const globalAveragePooling2d = /* @__PURE__ */ factory(GlobalAveragePooling2D);
/** See `globalAveragePooling2d`. @example layers.globalAvgPool2d() */
export const globalAvgPool2d = globalAveragePooling2d;
/** The largest value of each channel. @example layers.globalMaxPooling2d() */
export const globalMaxPooling2d = /* @__PURE__ */ factory(GlobalMaxPooling2D);
/** See `globalMaxPooling2d`. @example layers.globalMaxPool2d() */
export const globalMaxPool2d = globalMaxPooling2d;

// normalization
/** Normalizes by the batch's statistics in training, by moving ones otherwise. @example layers.batchNormalization() */
export const batchNormalization = /* @__PURE__ */ factory(BatchNormalization);
/** Normalizes each example over some axes. @example layers.layerNormalization({ axis: -1 }) */
export const layerNormalization = /* @__PURE__ */ factory(LayerNormalization);
/** Normalizes each example by groups of channels. @example layers.groupNormalization({ groups: 8 }) */
export const groupNormalization = /* @__PURE__ */ factory(GroupNormalization);
/**
 * Divides by the strength of neighboring channels, as in AlexNet.
 * @example layers.localResponseNormalization({ n: 5 })
 */
export const localResponseNormalization = /* @__PURE__ */ factory(LocalResponseNormalization);

// activations
/** An activation by its name. @example layers.activation({ activation: 'relu' }) */
export const activation = /* @__PURE__ */ factory(ActivationLayer);
/** max(x, 0), with an optional bound, slope and threshold. @example layers.reLU({ maxValue: 6 }) */
export const reLU = /* @__PURE__ */ factory(ReLU);
/** A slope left of zero. @example layers.leakyReLU({ negativeSlope: 0.1 }) */
export const leakyReLU = /* @__PURE__ */ factory(LeakyReLU);
/** A learned slope left of zero. @example layers.prelu({ sharedAxes: [1, 2] }) */
export const prelu = /* @__PURE__ */ factory(PReLU);
/** alpha · (eˣ − 1) left of zero. @example layers.elu({ alpha: 1 }) */
export const elu = /* @__PURE__ */ factory(ELU);
/** x above a threshold, 0 elsewhere. @example layers.thresholdedReLU({ theta: 1 }) */
export const thresholdedReLU = /* @__PURE__ */ factory(ThresholdedReLU);
/** eˣ / Σ eˣ along an axis. @example layers.softmax() */
export const softmax = /* @__PURE__ */ factory(Softmax);

// regularization
/** Sets a fraction of the values to 0 in training. @example layers.dropout({ rate: 0.5 }) */
export const dropout = /* @__PURE__ */ factory(Dropout);
/** Sets a fraction of the channels to 0 in training. @example layers.spatialDropout2d({ rate: 0.2 }) */
export const spatialDropout2d = /* @__PURE__ */ factory(SpatialDropout2D);
/** Adds normal noise in training. @example layers.gaussianNoise({ stddev: 0.1 }) */
export const gaussianNoise = /* @__PURE__ */ factory(GaussianNoise);
/** Multiplies by normal noise in training. @example layers.gaussianDropout({ rate: 0.2 }) */
export const gaussianDropout = /* @__PURE__ */ factory(GaussianDropout);
/** Dropout for networks with selu. @example layers.alphaDropout({ rate: 0.1 }) */
export const alphaDropout = /* @__PURE__ */ factory(AlphaDropout);

// shapes
/** Flattens each example to one axis. @example layers.flatten() */
export const flatten = /* @__PURE__ */ factory(Flatten);
/** Reshapes each example. @example layers.reshape({ targetShape: [7, 7, 64] }) */
export const reshape = /* @__PURE__ */ factory(Reshape);
/** Reorders the axes of each example, counted from 1. @example layers.permute({ dims: [2, 1] }) */
export const permute = /* @__PURE__ */ factory(Permute);
/** Pads images with zeros. @example layers.zeroPadding2d({ padding: 3 }) */
export const zeroPadding2d = /* @__PURE__ */ factory(ZeroPadding2D);
/** Crops the border of images. @example layers.cropping2D({ cropping: [[1, 1], [2, 2]] }) */
export const cropping2D = /* @__PURE__ */ factory(Cropping2D);
/** See `cropping2D`. @example layers.cropping2d({ cropping: 2 }) */
export const cropping2d = cropping2D;
/** Enlarges images by integer factors. @example layers.upSampling2d({ size: 2, interpolation: 'bilinear' }) */
export const upSampling2d = /* @__PURE__ */ factory(UpSampling2D);

// sequences
/** A vector for each index. @example layers.embedding({ inputDim: 1000, outputDim: 64, maskZero: true }) */
export const embedding = /* @__PURE__ */ factory(Embedding);
/** Masks steps whose features all have one value. @example layers.masking({ maskValue: 0 }) */
export const masking = /* @__PURE__ */ factory(Masking);
/** A vector at each of n steps. @example layers.repeatVector({ n: 10 }) */
export const repeatVector = /* @__PURE__ */ factory(RepeatVector);
/** One layer applied to every step. @example layers.timeDistributed({ layer: layers.dense({ units: 8 }) }) */
export const timeDistributed = /* @__PURE__ */ factory(TimeDistributed);

// recurrent
/** Long short-term memory. @example layers.lstm({ units: 128, returnSequences: true }) */
export const lstm = /* @__PURE__ */ factory(LSTM);
/** Gated recurrent units. @example layers.gru({ units: 64 }) */
export const gru = /* @__PURE__ */ factory(GRU);
/** A fully connected recurrence. @example layers.simpleRNN({ units: 32 }) */
export const simpleRNN = /* @__PURE__ */ factory(SimpleRNN);
/** A recurrent layer in both directions. @example layers.bidirectional({ layer: layers.lstm({ units: 64 }) }) */
export const bidirectional = /* @__PURE__ */ factory(Bidirectional);
/** A recurrence over a cell. @example layers.rnn({ cell: [layers.lstmCell({ units: 8 }), layers.gruCell({ units: 4 })] }) */
export const rnn = /* @__PURE__ */ factory(RNN);
/** One step of an LSTM, for `rnn`. @example layers.lstmCell({ units: 8 }) */
export const lstmCell = /* @__PURE__ */ factory(LSTMCell);
/** One step of a GRU, for `rnn`. @example layers.gruCell({ units: 8 }) */
export const gruCell = /* @__PURE__ */ factory(GRUCell);
/** One step of a fully connected recurrence, for `rnn`. @example layers.simpleRNNCell({ units: 8 }) */
export const simpleRNNCell = /* @__PURE__ */ factory(SimpleRNNCell);
/** Cells one on another, as one cell. @example layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 8 })] }) */
export const stackedRNNCells = /* @__PURE__ */ factory(StackedRNNCells);

// merging
/** The sum of its inputs. @example layers.add().apply([a, b]) */
export const add = /* @__PURE__ */ factory(Add);
/** The first input minus the second. @example layers.subtract().apply([a, b]) */
export const subtract = /* @__PURE__ */ factory(Subtract);
/** The product of its inputs. @example layers.multiply().apply([a, b]) */
export const multiply = /* @__PURE__ */ factory(Multiply);
/** The mean of its inputs. @example layers.average().apply([a, b]) */
export const average = /* @__PURE__ */ factory(Average);
/** The elementwise maximum of its inputs. @example layers.maximum().apply([a, b]) */
export const maximum = /* @__PURE__ */ factory(Maximum);
/** The elementwise minimum of its inputs. @example layers.minimum().apply([a, b]) */
export const minimum = /* @__PURE__ */ factory(Minimum);
/** Joins its inputs along an axis. @example layers.concatenate().apply([a, b]) */
export const concatenate = /* @__PURE__ */ factory(Concatenate);
/** Products of two inputs, summed over one axis of each. @example layers.dot({ axes: 1 }).apply([a, b]) */
export const dot = /* @__PURE__ */ factory(Dot);

// preprocessing
/** x · scale + offset. @example layers.rescaling({ scale: 1 / 255 }) */
export const rescaling = /* @__PURE__ */ factory(Rescaling);
/** Resizes images. @example layers.resizing({ height: 224, width: 224 }) */
export const resizing = /* @__PURE__ */ factory(Resizing);
/** Crops the middle of images. @example layers.centerCrop({ height: 224, width: 224 }) */
export const centerCrop = /* @__PURE__ */ factory(CenterCrop);
/** (x − mean) / √variance, with statistics that are given or learned by `adapt`. @example layers.normalization() */
export const normalization = /* @__PURE__ */ factory(Normalization);

// augmentation
/** Mirrors images at random in training. @example layers.randomFlip({ mode: 'horizontal' }) */
export const randomFlip = /* @__PURE__ */ factory(RandomFlip);
/** Turns images at random in training. @example layers.randomRotation({ factor: 0.1 }) */
export const randomRotation = /* @__PURE__ */ factory(RandomRotation);
/** Shifts images at random in training. @example layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }) */
export const randomTranslation = /* @__PURE__ */ factory(RandomTranslation);
/** Zooms images at random in training. @example layers.randomZoom({ heightFactor: 0.2 }) */
export const randomZoom = /* @__PURE__ */ factory(RandomZoom);
/**
 * Crops at a random place in training, in the middle otherwise.
 * @example layers.randomCrop({ height: 28, width: 28 })
 */
export const randomCrop = /* @__PURE__ */ factory(RandomCrop);
/** Resizes to a random width in training. @example layers.randomWidth({ factor: 0.2 }) */
export const randomWidth = /* @__PURE__ */ factory(RandomWidth);
/** Changes the contrast at random in training. @example layers.randomContrast({ factor: 0.2 }) */
export const randomContrast = /* @__PURE__ */ factory(RandomContrast);
/**
 * Changes the brightness at random in training.
 * @example layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] })
 */
export const randomBrightness = /* @__PURE__ */ factory(RandomBrightness);
